// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Length first, then memory, then one convolution after the other.
#include "model/weights.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <span>
#include <vector>

namespace yolo {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the file's numbers are little-endian and are copied");

// Three int32 (major, minor, revision), then the images seen in training:
// 32 bits before version 0.2, 64 bits since.
constexpr size_t kHeaderBytes = 20;
constexpr size_t kOldHeaderBytes = 16;

size_t HeaderBytes(const uint8_t (&bytes)[kOldHeaderBytes]) {
  int32_t version[2];
  std::memcpy(version, bytes, sizeof(version));
  return int64_t{version[0]} * 10 + version[1] >= 2 ? kHeaderBytes
                                                    : kOldHeaderBytes;
}

// The file as it comes in, and how long it should be.
class File {
 public:
  File(ByteReader* in, const Excerpt& name, uint64_t num_parameters)
      : in_(*in), name_(name), num_parameters_(num_parameters) {}

  Status ReadHeader() {
    uint8_t start[kOldHeaderBytes];
    YOLO_TRY(ReadSome(start, sizeof(start)));
    if (found_ == sizeof(start)) header_ = HeaderBytes(start);
    if (in_.length() && *in_.length() != expected()) {
      return WrongLength(Message(*in_.length()));
    }
    if (found_ < sizeof(start)) return WrongLength(Message(found_));
    uint8_t rest[kHeaderBytes - kOldHeaderBytes];
    return Read(rest, header_ - kOldHeaderBytes);
  }

  Status ReadFloats(std::span<float> out) {
    return Read(out.data(), out.size_bytes());
  }

  Status ReadEnd() {
    uint8_t more;
    YOLO_TRY(ReadSome(&more, 1));
    return found_ == expected() ? Status::Ok() : WrongLength(Message("more"));
  }

 private:
  uint64_t expected() const {
    return header_ + num_parameters_ * sizeof(float);
  }

  Status ReadSome(void* to, size_t size) {
    size_t got = 0;
    YOLO_TRY(in_.Read(to, size, &got));
    found_ += got;
    return Status::Ok();
  }

  Status Read(void* to, size_t size) {
    const uint64_t before = found_;
    YOLO_TRY(ReadSome(to, size));
    return found_ == before + size ? Status::Ok()
                                   : WrongLength(Message(found_));
  }

  Status WrongLength(const Message& found) const {
    return Status::Error(YOLO_ERROR_BAD_MODEL, name_, ": expected ", expected(),
                         " bytes, found ", found.view(), " (a header of ",
                         header_, " and ", num_parameters_,
                         " numbers of 4 bytes)");
  }

  ByteReader& in_;
  const Excerpt name_;
  const uint64_t num_parameters_;
  size_t header_ = kHeaderBytes;
  uint64_t found_ = 0;  // bytes read
};

// Numbers of a filter's batch norm, as the file has them.
struct BatchNorm {
  std::vector<float> scale, mean, variance;  // [filters]
};

// Folds the batch norm of filter `i` into `weights` [count] and `bias`.
void Fold(const BatchNorm& norm, size_t i, std::span<float> weights,
          float* bias) {
  const double scale = norm.scale[i], mean = norm.mean[i];
  const double variance = norm.variance[i];
  const double factor = scale / std::sqrt(variance + kVarianceEpsilon);
  *bias = static_cast<float>(double{*bias} - mean * factor);
  for (float& w : weights) w = static_cast<float>(double{w} * factor);
}

bool AllFinite(std::span<const float> values) {
  bool finite = true;
  for (const float v : values) finite &= std::isfinite(v);
  return finite;
}

// Reads one convolution; `finite`: no number of it is infinite or NaN.
Status ReadStored(const Graph& graph, const StoredConvolution& stored,
                  float* weights, File* in, bool* finite) {
  const Layer& layer = graph.layers[static_cast<size_t>(stored.layer)];
  const auto& op = std::get<Convolution>(layer.op);
  const auto filters = static_cast<size_t>(op.filters);
  const auto size = static_cast<size_t>(op.size);
  const int channels = graph.InputShape(layer, 0).c / op.groups;
  const size_t count = static_cast<size_t>(channels) * size * size;
  const std::span<float> bias(weights + op.bias, filters);
  const std::span<float> kernel(weights + op.weights, filters * count);
  YOLO_TRY(in->ReadFloats(bias));
  BatchNorm norm;
  if (stored.batch_normalize) {
    for (std::vector<float>* part : {&norm.scale, &norm.mean, &norm.variance}) {
      part->resize(filters);
      YOLO_TRY(in->ReadFloats(*part));
    }
  }
  YOLO_TRY(in->ReadFloats(kernel));
  if (stored.batch_normalize) {
    for (size_t i = 0; i < filters; ++i) {
      Fold(norm, i, kernel.subspan(i * count, count), &bias[i]);
    }
  }
  *finite = AllFinite(bias) && AllFinite(kernel);
  return Status::Ok();
}

Status Allocate(std::string_view name, Allocator* allocator,
                DarknetGraph* model) {
  const size_t size = model->num_floats * sizeof(float);
  if (size == 0) return Status::Ok();
  if (!model->graph.weights.Allocate(allocator, size)) {
    return RefusedMemory(*allocator, size, name);
  }
  // The gaps between layers are never read, but may be copied.
  std::memset(model->graph.weights.as(), 0, size);
  return Status::Ok();
}

}  // namespace

Status ReadWeights(ByteReader* in, std::string_view name, const Log& log,
                   Allocator* allocator, DarknetGraph* model) {
  const Graph& graph = model->graph;
  const Excerpt file_name = Excerpt::Path(name);
  File file(in, file_name, graph.num_parameters);
  YOLO_TRY(file.ReadHeader());
  YOLO_TRY(Allocate(file_name, allocator, model));
  for (const StoredConvolution& stored : model->stored) {
    bool finite = true;
    YOLO_TRY(ReadStored(graph, stored, model->graph.weights.as<float>(), &file,
                        &finite));
    if (finite) continue;
    log.Warning(file_name, ": layer ", stored.layer,
                ": a weight is infinite or not a number");
  }
  return file.ReadEnd();
}

}  // namespace yolo
