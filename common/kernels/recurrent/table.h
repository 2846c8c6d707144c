// Layers with state over time, of every type. One row a combination of element types; the kernels look at the types of
// weights and states themselves.
#pragma once

#include <array>

#include "common/kernels/recurrent/kernels.h"

namespace atl::kernels::recurrent {

inline constexpr std::array kVariants = {
    Variant{graph::OpKind::kBidirectionalSequenceLstm, "float32, any?... -> float32, float32?",
            prepare_bidirectional_lstm},
    Variant{graph::OpKind::kSvdf, "float32, float32|int8|uint8, any, float32?, float32 -> float32", prepare_svdf},
    Variant{graph::OpKind::kSvdf, "int8, int8, int16, int32?, int16 -> int8", prepare_svdf_int8},
    Variant{graph::OpKind::kUnidirectionalSequenceLstm, "float32, any?... -> float32", prepare_unidirectional_lstm},
    Variant{graph::OpKind::kUnidirectionalSequenceLstm, "int8, any?... -> int8", prepare_unidirectional_lstm_int8},
    Variant{graph::OpKind::kUnidirectionalSequenceRnn,
            "float32, float32|int8|uint8, float32|int8|uint8, float32, float32 -> float32", prepare_sequence_rnn},
};

}  // namespace atl::kernels::recurrent
