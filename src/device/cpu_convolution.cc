// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Which primitive, on which range of channels, with what fused behind it.
#include "device/cpu_convolution.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace yolo {
namespace {

using dnnl::algorithm;
using dnnl::memory;
using dnnl::primitive_attr;
using dnnl::prop_kind;
using Tag = memory::format_tag;
using Type = memory::data_type;

// A layer with less arithmetic than this (about 40 microseconds of one thread)
// is not worth waking another thread for.
constexpr double kSplitGflop = 0.004;
// oneDNN's reference code is hundreds of times slower than the rest: accepted
// only where that is still nothing.
constexpr double kReferenceGflop = 1e-4;

Type ActivationType(bool f32) { return f32 ? Type::f32 : Type::bf16; }

Tag BlockedTag(int block) { return block == 16 ? Tag::nChw16c : Tag::nChw8c; }

memory::desc Blocked(const CpuPlan& plan, int channels, const Shape& shape,
                     Type type) {
  return {{1, channels, shape.h, shape.w}, type, BlockedTag(plan.block)};
}

bool IsReference(std::string_view implementation) {
  return implementation.find("ref") != std::string_view::npos;
}

void Append(Activation activation, dnnl::post_ops* ops) {
  switch (activation) {
    case Activation::kLinear:
      return;
    case Activation::kRelu:
      return ops->append_eltwise(1, algorithm::eltwise_relu, 0, 0);
    case Activation::kLeaky:
      return ops->append_eltwise(1, algorithm::eltwise_relu, 0.1f, 0);
    case Activation::kRelu6:
      return ops->append_eltwise(1, algorithm::eltwise_clip, 0, 6);
    case Activation::kLogistic:
      return ops->append_eltwise(1, algorithm::eltwise_logistic, 0, 0);
    case Activation::kMish:
      return ops->append_eltwise(1, algorithm::eltwise_mish, 0, 0);
    case Activation::kSwish:
      return ops->append_eltwise(1, algorithm::eltwise_swish, 1, 0);
    case Activation::kTanh:
      return ops->append_eltwise(1, algorithm::eltwise_tanh, 0, 0);
  }
}

// Half-open range of channels.
struct Channels {
  int begin, end;
  int count() const { return end - begin; }
};

// Cuts `channels` into ranges of whole blocks; the cut depends on nothing but
// the shape. Four blocks a piece keep the registers of the kernels busy.
std::vector<Channels> Cut(int channels, int block, bool split) {
  const int blocks = (channels + block - 1) / block;
  const int pieces = split ? std::clamp(blocks / 4, std::min(2, blocks),
                                        static_cast<int>(kMaxPieces))
                           : 1;
  std::vector<Channels> ranges;
  ranges.reserve(static_cast<size_t>(pieces));
  for (int i = 0; i < pieces; ++i) {
    ranges.push_back({blocks * i / pieces * block,
                      std::min(blocks * (i + 1) / pieces * block, channels)});
  }
  return ranges;
}

// One convolution layer on its way to primitives.
class ConvolutionBuilder {
 public:
  ConvolutionBuilder(const CpuContext& context, size_t i, CpuProgram* out)
      : c_(context),
        i_(i),
        out_(out),
        layer_(c_.graph.layers[i]),
        plan_(c_.plan.layers[i]),
        conv_(std::get<Convolution>(layer_.op)),
        input_(c_.graph.InputShape(layer_, 0)),
        planar_(layer_.inputs[0] == kNetworkInput && ReadsPlanarInput(conv_)) {}

  // With its shortcut, or without, or by way of interleaved copies.
  Status Build(bool* fused) {
    for (const bool fuse : {true, false}) {
      fuse_ = fuse && CanFuse();
      if (std::optional<Step> step = BuildBlocked()) {
        out_->steps.push_back(std::move(*step));
        *fused = fuse_;
        return Status::Ok();
      }
    }
    *fused = false;
    return BuildInterleaved();
  }

 private:
  // oneDNN 2.6.3 gives two eltwise post-ops of one kind the parameters of one
  // of them: at most one of the two activations may be there.
  bool CanFuse() const {
    if (plan_.fused_shortcut < 0) return false;
    const auto& shortcut = std::get<Shortcut>(
        c_.graph.layers[static_cast<size_t>(plan_.fused_shortcut)].op);
    return conv_.activation == Activation::kLinear ||
           shortcut.activation == Activation::kLinear;
  }

  bool depthwise() const { return IsDepthwise(conv_, input_); }
  Type TypeAt(const Place& place) const {
    return ActivationType(!c_.bf16 || c_.plan.buffer(place).f32);
  }
  // Of the source, and so of the weights.
  Type type() const {
    return planar_ ? ActivationType(!c_.bf16 || c_.plan.input_f32)
                   : TypeAt(SourcePlace());
  }
  Type DstType() const { return TypeAt(plan_.place); }
  Place SourcePlace() const {
    const int source = layer_.inputs[0];
    return source == kNetworkInput
               ? c_.plan.blocked_input
               : c_.plan.layers[static_cast<size_t>(source)].place;
  }

  // The shortcut's other operand, or as many of its channels.
  const Place& OperandPlace() const {
    return c_.plan.layers[static_cast<size_t>(plan_.operand)].place;
  }
  memory::desc OperandDesc(int channels) const {
    return Blocked(c_.plan, channels, layer_.shape, TypeAt(OperandPlace()));
  }
  Argument OperandArgument(Channels range) const {
    const int position = conv_.activation == Activation::kLinear ? 0 : 1;
    return {DNNL_ARG_ATTR_MULTIPLE_POST_OP(position) | DNNL_ARG_SRC_1,
            OperandDesc(range.count()), Region::kActivations,
            c_.plan.Offset(OperandPlace(), range.begin)};
  }

  // Floats of the weights of one filter.
  size_t FilterSize() const {
    return static_cast<size_t>(input_.c / conv_.groups) *
           static_cast<size_t>(conv_.size) * static_cast<size_t>(conv_.size);
  }

  // [filters][channels][size][size], with the groups in front if there are any.
  memory::dims WeightDims(int filters) const {
    if (conv_.groups == 1) {
      return {filters, input_.c, conv_.size, conv_.size};
    }
    const int groups = depthwise() ? filters : conv_.groups;
    return {groups, filters / groups, input_.c / conv_.groups, conv_.size,
            conv_.size};
  }

  primitive_attr Attributes(int filters) const {
    dnnl::post_ops ops;
    Append(conv_.activation, &ops);
    if (fuse_) {
      const auto& shortcut = std::get<Shortcut>(
          c_.graph.layers[static_cast<size_t>(plan_.fused_shortcut)].op);
      ops.append_binary(algorithm::binary_add, OperandDesc(filters));
      Append(shortcut.activation, &ops);
    }
    primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    attributes.set_post_ops(ops);
    return attributes;
  }

  dnnl::convolution_forward::primitive_desc Describe(const memory::desc& src,
                                                     const memory::desc& dst,
                                                     int filters,
                                                     Type weight_type) const {
    const memory::desc weights(WeightDims(filters), weight_type, Tag::any);
    const memory::desc bias({filters}, Type::f32, Tag::x);
    const dnnl::convolution_forward::desc desc(
        prop_kind::forward_inference, algorithm::convolution_direct, src,
        weights, bias, dst, {conv_.stride_y, conv_.stride_x},
        {conv_.dilation - 1, conv_.dilation - 1}, {conv_.pad, conv_.pad},
        {conv_.pad, conv_.pad});
    return {desc, Attributes(filters), c_.engine, /*allow_empty=*/true};
  }

  // Room for weights in `to`'s layout, filled from the graph when all is known.
  Argument Pack(int name, const memory::dims& dims, Tag tag, size_t source,
                const memory::desc& to) {
    out_->weights.push_back(
        {{dims, Type::f32, tag}, source, to, out_->weights_bytes});
    out_->weights_bytes += AlignUp(to.get_size());
    return {name, to, Region::kWeights, out_->weights.back().offset};
  }

  // Filters [range): source, weights, bias, destination.
  Call MakeCall(const dnnl::convolution_forward::primitive_desc& pd,
                Channels range, const Argument& src, const Argument& dst) {
    const auto first = static_cast<size_t>(range.begin);
    Call call;
    call.primitive = dnnl::convolution_forward(pd);
    call.arguments = {src, dst};
    call.arguments.push_back(Pack(DNNL_ARG_WEIGHTS, WeightDims(range.count()),
                                  conv_.groups == 1 ? Tag::oihw : Tag::goihw,
                                  conv_.weights + first * FilterSize(),
                                  pd.weights_desc()));
    call.arguments.push_back(Pack(DNNL_ARG_BIAS, {range.count()}, Tag::x,
                                  conv_.bias + first,
                                  {{range.count()}, Type::f32, Tag::x}));
    return call;
  }

  // Scratch for the pieces of one step, side by side.
  void AddScratch(const memory::desc& desc, size_t* used, Call* call) {
    if (desc.get_size() == 0) return;
    call->arguments.push_back(
        {DNNL_ARG_SCRATCHPAD, desc, Region::kScratch, *used});
    *used += AlignUp(desc.get_size());
    out_->scratch_bytes = std::max(out_->scratch_bytes, *used);
  }

  // The normal case: blocked activations where the plan put them. Nothing when
  // oneDNN has only reference code for it.
  std::optional<Step> BuildBlocked() {
    const bool split =
        layer_.gflop >= kSplitGflop && (conv_.groups == 1 || depthwise());
    const auto ranges = Cut(conv_.filters, c_.plan.block, split);
    std::vector<dnnl::convolution_forward::primitive_desc> descs;
    for (const Channels& range : ranges) {
      const auto pd =
          Describe(SourceDesc(range),
                   Blocked(c_.plan, range.count(), layer_.shape, DstType()),
                   range.count(), type());
      if (!pd) return std::nullopt;
      if (IsReference(pd.impl_info_str()) && layer_.gflop > kReferenceGflop) {
        return std::nullopt;
      }
      descs.push_back(pd);
    }
    Step step;
    step.layer = i_;
    step.implementation = descs[0].impl_info_str();
    step.num_pieces = ranges.size();
    size_t scratch = 0;
    for (size_t k = 0; k < ranges.size(); ++k) {
      const Channels range = ranges[k];
      const Argument src = SourceArgument(descs[k].src_desc(), range);
      const Argument dst = {DNNL_ARG_DST, descs[k].dst_desc(),
                            Region::kActivations,
                            c_.plan.Offset(plan_.place, range.begin)};
      step.calls.push_back(MakeCall(descs[k], range, src, dst));
      if (fuse_) step.calls.back().arguments.push_back(OperandArgument(range));
      AddScratch(descs[k].scratchpad_desc(), &scratch, &step.calls.back());
    }
    return step;
  }

  memory::desc SourceDesc(Channels range) const {
    if (planar_) {
      return {{1, input_.c, input_.h, input_.w}, type(), Tag::nchw};
    }
    return Blocked(c_.plan, depthwise() ? range.count() : input_.c, input_,
                   type());
  }
  Argument SourceArgument(const memory::desc& desc, Channels range) const {
    if (planar_) return {DNNL_ARG_SRC, desc, Region::kInput, 0};
    return {DNNL_ARG_SRC, desc, Region::kActivations,
            c_.plan.Offset(SourcePlace(), depthwise() ? range.begin : 0)};
  }

  // Groups that do not fall on blocks: interleaved f32 copies around a kernel
  // for that layout.
  Status BuildInterleaved() {
    for (const Tag tag : {Tag::nhwc, Tag::nchw}) {
      const memory::desc src({1, input_.c, input_.h, input_.w}, Type::f32, tag);
      const memory::desc dst(
          {1, layer_.shape.c, layer_.shape.h, layer_.shape.w}, Type::f32, tag);
      const auto pd = Describe(src, dst, conv_.filters, Type::f32);
      if (pd && (!IsReference(pd.impl_info_str()) ||
                 layer_.gflop <= kReferenceGflop)) {
        AddInterleaved(pd, src, dst);
        return Status::Ok();
      }
    }
    return Status::Error(YOLO_ERROR_UNSUPPORTED_MODEL, "layer ", i_, " [",
                         layer_.type, "] at line ", layer_.line,
                         ": oneDNN has no fast convolution with ", conv_.groups,
                         " groups of ", input_.c / conv_.groups,
                         " channels; device portable runs it");
  }

  void AddInterleaved(const dnnl::convolution_forward::primitive_desc& pd,
                      const memory::desc& src, const memory::desc& dst) {
    const size_t src_offset = 0;
    const size_t dst_offset = AlignUp(src.get_size());
    size_t scratch = dst_offset + AlignUp(dst.get_size());
    const Argument blocked_src =
        SourceArgument(SourceDesc({0, conv_.filters}), {0, conv_.filters});
    const Argument interleaved_src = {DNNL_ARG_SRC, src, Region::kScratch,
                                      src_offset};
    const Argument blocked_dst = {
        DNNL_ARG_DST, Blocked(c_.plan, conv_.filters, layer_.shape, DstType()),
        Region::kActivations, c_.plan.Offset(plan_.place)};
    const Argument interleaved_dst = {DNNL_ARG_DST, dst, Region::kScratch,
                                      dst_offset};
    AddReorder(blocked_src, interleaved_src);
    Step step;
    step.layer = i_;
    step.implementation = pd.impl_info_str();
    step.num_pieces = 1;
    step.calls.push_back(
        MakeCall(pd, {0, conv_.filters}, interleaved_src, interleaved_dst));
    AddScratch(pd.scratchpad_desc(), &scratch, &step.calls.back());
    out_->scratch_bytes = std::max(out_->scratch_bytes, scratch);
    out_->steps.push_back(std::move(step));
    AddReorder(interleaved_dst, blocked_dst);
  }

  void AddReorder(Argument from, Argument to) {
    from.name = DNNL_ARG_FROM;
    to.name = DNNL_ARG_TO;
    primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::reorder::primitive_desc pd(c_.engine, from.desc, c_.engine,
                                           to.desc, attributes);
    Step step;
    step.layer = i_;
    step.implementation = "copy";
    step.num_pieces = 1;
    step.calls.push_back({dnnl::reorder(pd), {from, to}});
    out_->steps.push_back(std::move(step));
  }

  const CpuContext& c_;
  const size_t i_;
  CpuProgram* const out_;
  const Layer& layer_;
  const LayerPlan& plan_;
  const Convolution& conv_;
  const Shape& input_;
  const bool planar_;
  bool fuse_ = false;  // the shortcut of the plan, in the attempt at hand
};

}  // namespace

Status AddConvolution(const CpuContext& context, size_t i, CpuProgram* out,
                      bool* fused) {
  return ConvolutionBuilder(context, i, out).Build(fused);
}

Status AddMaxPool(const CpuContext& c, size_t i, const MaxPool& pool,
                  CpuProgram* out) {
  const Layer& layer = c.graph.layers[i];
  const Shape& input = c.graph.InputShape(layer, 0);
  const int source = layer.inputs[0];
  const Place& from = source == kNetworkInput
                          ? c.plan.blocked_input
                          : c.plan.layers[static_cast<size_t>(source)].place;
  const Place& to = c.plan.layers[i].place;
  const Type type = ActivationType(!c.bf16);
  // Window cells an output has, as if they were multiply-adds.
  const double work =
      1e-9 * pool.size * pool.size * static_cast<double>(layer.shape.count());
  Step step;
  step.layer = i;
  for (const Channels& range :
       Cut(layer.shape.c, c.plan.block, work >= kSplitGflop)) {
    const auto src = Blocked(c.plan, range.count(), input, type);
    const auto dst = Blocked(c.plan, range.count(), layer.shape, type);
    const int before = pool.padding / 2, after = pool.padding - before;
    const dnnl::pooling_forward::desc desc(
        prop_kind::forward_inference, algorithm::pooling_max, src, dst,
        {pool.stride_y, pool.stride_x}, {pool.size, pool.size},
        {before, before}, {after, after});
    const dnnl::pooling_forward::primitive_desc pd(
        desc, primitive_attr(), c.engine, /*allow_empty=*/true);
    if (!pd || (IsReference(pd.impl_info_str()) && work > kReferenceGflop)) {
      return Status::Error(YOLO_ERROR_UNSUPPORTED_MODEL, "layer ", i, " [",
                           layer.type, "] at line ", layer.line,
                           ": oneDNN has no fast pooling of this shape; "
                           "device portable runs it");
    }
    step.implementation = pd.impl_info_str();
    step.calls.push_back({dnnl::pooling_forward(pd),
                          {{DNNL_ARG_SRC, src, Region::kActivations,
                            c.plan.Offset(from, range.begin)},
                           {DNNL_ARG_DST, dst, Region::kActivations,
                            c.plan.Offset(to, range.begin)}}});
  }
  step.num_pieces = step.calls.size();
  out->steps.push_back(std::move(step));
  return Status::Ok();
}

Status AddEltwise(const CpuContext& c, size_t i, Activation activation,
                  CpuProgram* out) {
  const Layer& layer = c.graph.layers[i];
  const Place& place = c.plan.layers[i].place;
  const auto data =
      Blocked(c.plan, layer.shape.c, layer.shape,
              ActivationType(!c.bf16 || c.plan.buffer(place).f32));
  dnnl::post_ops ops;
  Append(activation, &ops);
  algorithm kind;
  float scale = 1, alpha = 0, beta = 0;
  ops.get_params_eltwise(0, scale, kind, alpha, beta);
  const dnnl::eltwise_forward::desc desc(prop_kind::forward_inference, kind,
                                         data, alpha, beta);
  const dnnl::eltwise_forward::primitive_desc pd(desc, c.engine);
  Step step;
  step.layer = i;
  step.implementation = pd.impl_info_str();
  step.num_pieces = 1;
  const size_t offset = c.plan.Offset(place);
  step.calls.push_back({dnnl::eltwise_forward(pd),
                        {{DNNL_ARG_SRC, data, Region::kActivations, offset},
                         {DNNL_ARG_DST, data, Region::kActivations, offset}}});
  out->steps.push_back(std::move(step));
  return Status::Ok();
}

}  // namespace yolo
