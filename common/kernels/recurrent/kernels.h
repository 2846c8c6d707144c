// What prepares recurrent layers.
#pragma once

#include "common/kernels/interface/variant.h"

namespace atl::kernels::recurrent {

Result<PreparedKernel> prepare_bidirectional_lstm(const OpContext& context);
Result<PreparedKernel> prepare_sequence_rnn(const OpContext& context);
Result<PreparedKernel> prepare_svdf(const OpContext& context);
Result<PreparedKernel> prepare_svdf_int8(const OpContext& context);
Result<PreparedKernel> prepare_unidirectional_lstm(const OpContext& context);
Result<PreparedKernel> prepare_unidirectional_lstm_int8(const OpContext& context);

}  // namespace atl::kernels::recurrent
