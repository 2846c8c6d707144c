// Convolutions, depthwise convolutions and matrix products on the systolic array.
#pragma once

#include "compiler/tasks/conv_geometry.h"
#include "compiler/tasks/conv_plan.h"
#include "compiler/tasks/staging.h"
#include "compiler/tasks/task.h"

namespace atl::compiler {

class ConvTask : public Task {
 public:
  // weights: dense O H W I (I the channels of a group), diagonal H W O. parameters: as isa::Requantize
  // wants them, parameter_bytes() an output channel. The input operand is [N, H, W, C], the output [N, H, W, C].
  ConvTask(ConvGeometry geometry, Requantization requantization, std::vector<uint8_t> weights,
           std::vector<uint8_t> parameters, const isa::Machine& machine);

  int64_t constant_bytes() const override;
  std::vector<uint8_t> pack_constants(const Surroundings& surroundings) const override;
  int64_t least_staging_bytes(const Surroundings& surroundings) const override;
  int64_t constant_traffic_bytes(const Surroundings& surroundings) const override;
  void emit(const Surroundings& surroundings, Emitter& emitter) const override;
  LeastWork least_work(const isa::Machine& machine) const override;

 private:
  friend class ConvEmitter;
  ConvStaging staging(const Surroundings& surroundings) const;
  ConvPlan plan(const Surroundings& surroundings) const;

  ConvGeometry geometry_;
  Requantization requantization_;
  std::vector<uint8_t> weights_, parameters_;
  std::vector<ColumnTile> columns_;
};

}  // namespace atl::compiler
