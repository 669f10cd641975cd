// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Length first, then memory, then one convolution after the other.
#include "model/weights.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace yolo {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the file's numbers are little-endian and are copied");

// Three int32 (major, minor, revision), then the images seen in training:
// 32 bits before version 0.2, 64 bits since.
constexpr size_t kHeaderBytes = 20;
constexpr size_t kOldHeaderBytes = 16;

size_t HeaderBytes(std::span<const uint8_t> bytes) {
  int32_t version[2];
  if (bytes.size() < kOldHeaderBytes) return kHeaderBytes;
  std::memcpy(version, bytes.data(), sizeof(version));
  return int64_t{version[0]} * 10 + version[1] >= 2 ? kHeaderBytes
                                                    : kOldHeaderBytes;
}

// The floats of the file, which need not be aligned.
class FloatReader {
 public:
  explicit FloatReader(std::span<const uint8_t> bytes) : next_(bytes.data()) {}

  // The caller has checked the file's length.
  void Read(std::span<float> out) {
    std::memcpy(out.data(), next_, out.size_bytes());
    next_ += out.size_bytes();
  }

 private:
  const uint8_t* next_;
};

// Numbers of a filter's batch norm, as the file has them.
struct BatchNorm {
  std::vector<float> scale, mean, variance;  // [filters]
};

// Folds the batch norm of filter `i` into `weights` [count] and `bias`.
void Fold(const BatchNorm& norm, size_t i, std::span<float> weights,
          float* bias) {
  const double factor =
      norm.scale[i] / std::sqrt(norm.variance[i] + kVarianceEpsilon);
  *bias = static_cast<float>(*bias - norm.mean[i] * factor);
  for (float& w : weights) w = static_cast<float>(w * factor);
}

bool AllFinite(std::span<const float> values) {
  bool finite = true;
  for (const float v : values) finite &= std::isfinite(v);
  return finite;
}

// Reads one convolution. False when a number of it is infinite or NaN.
bool ReadStored(const Graph& graph, const StoredConvolution& stored,
                float* weights, FloatReader* in) {
  const Layer& layer = graph.layers[static_cast<size_t>(stored.layer)];
  const auto& op = std::get<Convolution>(layer.op);
  const auto filters = static_cast<size_t>(op.filters);
  const auto size = static_cast<size_t>(op.size);
  const int channels = graph.InputShape(layer, 0).c / op.groups;
  const size_t count = static_cast<size_t>(channels) * size * size;
  const std::span<float> bias(weights + op.bias, filters);
  const std::span<float> kernel(weights + op.weights, filters * count);
  in->Read(bias);
  if (stored.batch_normalize) {
    BatchNorm norm;
    for (std::vector<float>* part : {&norm.scale, &norm.mean, &norm.variance}) {
      part->resize(filters);
      in->Read(*part);
    }
    in->Read(kernel);
    for (size_t i = 0; i < filters; ++i) {
      Fold(norm, i, kernel.subspan(i * count, count), &bias[i]);
    }
  } else {
    in->Read(kernel);
  }
  return AllFinite(bias) && AllFinite(kernel);
}

Status Allocate(std::string_view name, Allocator* allocator,
                DarknetGraph* model) {
  const size_t size = model->num_floats * sizeof(float);
  if (size == 0) return Status::Ok();
  if (!model->graph.weights.Allocate(allocator, size)) {
    return RefusedMemory(*allocator, size, name, ": weights");
  }
  // The gaps between layers are never read, but may be copied.
  std::memset(model->graph.weights.as(), 0, size);
  return Status::Ok();
}

}  // namespace

Status ReadWeights(std::span<const uint8_t> bytes, std::string_view name,
                   const Log& log, Allocator* allocator, DarknetGraph* model) {
  Graph* graph = &model->graph;
  const Excerpt file = Excerpt::Path(name);
  const size_t header = HeaderBytes(bytes);
  const uint64_t expected = header + graph->num_parameters * sizeof(float);
  if (bytes.size() != expected) {
    return Status::Error(YOLO_ERROR_BAD_MODEL, file, ": expected ", expected,
                         " bytes, found ", bytes.size(), " (a header of ",
                         header, " and ", graph->num_parameters,
                         " numbers of 4 bytes)");
  }
  YOLO_TRY(Allocate(file, allocator, model));
  FloatReader in(bytes.subspan(header));
  for (const StoredConvolution& stored : model->stored) {
    if (ReadStored(*graph, stored, graph->weights.as<float>(), &in)) continue;
    log.Warning(file, ": layer ", stored.layer,
                ": a weight is infinite or not a number");
  }
  return Status::Ok();
}

}  // namespace yolo
