// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// C++17 (and later) over yolo.h, header-only. It adds ownership, containers
// and results that carry their error; the arithmetic, the thread rules and the
// meaning of every field are those of yolo.h.
//
//   yolo::Options options;
//   options.model_path = "yolov4.cfg";
//   options.weights_path = "yolov4.weights";
//   auto detector = yolo::Detector::Create(options);
//   if (!detector) return Fail(detector.message());
//   auto found = detector->Detect(jpeg_bytes);
//   if (!found) return Fail(found.message());
//   for (const yolo::Detection& d : *found) Draw(d,
//   detector->Label(d.class_id));
//
// Nothing here throws, but for std::bad_alloc out of std's own containers and
// OrThrow(), for those who like exceptions better:
//
//   const auto detector = yolo::Detector::Create(options).OrThrow();
//   const auto found = detector.Detect(jpeg_bytes).OrThrow();
//
// Works with -fno-exceptions (OrThrow() is then not there) and -fno-rtti.
#ifndef YOLO_YOLO_HPP_
#define YOLO_YOLO_HPP_

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#if defined(__cpp_exceptions)
#include <stdexcept>
#endif

#include "yolo/neuron.h"
#include "yolo/yolo.h"

// The C header's macros hold casts that C needs.
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#endif

namespace yolo {
// An inline namespace: users write yolo::Detector, while the linker sees names
// that are neither those of the library's own code, which a static build puts
// into the same program, nor those of another version of this header.
inline namespace v0 {

// ---- Results ---------------------------------------------------------------

// Why a call failed.
struct Error {
  yolo_status status = YOLO_OK;
  std::string message;  // one line, for people

  // "YOLO_ERROR_BAD_IMAGE"
  const char* name() const { return yolo_status_string(status); }
};

#if defined(__cpp_exceptions)
// What OrThrow() throws; what() is the message.
class Exception : public std::runtime_error {
 public:
  explicit Exception(const Error& error)
      : std::runtime_error(error.message), status_(error.status) {}

  yolo_status status() const noexcept { return status_; }
  // "YOLO_ERROR_BAD_IMAGE"
  const char* name() const noexcept { return yolo_status_string(status_); }

 private:
  yolo_status status_;
};
#endif

// A T, or why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Only where ok().
  T& value() & { return *Get(&state_); }
  const T& value() const& { return *Get(&state_); }
  T&& value() && { return std::move(*Get(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return Get(&state_); }
  const T* operator->() const { return Get(&state_); }

#if defined(__cpp_exceptions)
  // The T, or an Exception.
  T& OrThrow() & {
    if (!ok()) throw Exception(error());
    return value();
  }
  const T& OrThrow() const& {
    if (!ok()) throw Exception(error());
    return value();
  }
  // By value: what the temporary held stays alive in a range-based for.
  T OrThrow() && {
    if (!ok()) throw Exception(error());
    return std::move(*this).value();
  }
#endif

  // Only where not ok().
  const Error& error() const {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }

  // YOLO_OK and "" where ok().
  yolo_status status() const { return ok() ? YOLO_OK : error().status; }
  const char* message() const { return ok() ? "" : error().message.c_str(); }

 private:
  template <class State>
  static auto Get(State* state) {
    assert(state->index() == 0);
    return std::get_if<0>(state);
  }

  std::variant<T, Error> state_;
};

// ---- What goes in ----------------------------------------------------------

// The C structure with its first fields set; see yolo_options for the rest.
// Strings and data it points to are read by Create() and not kept.
struct Options : yolo_options {
  Options() : yolo_options() {
    struct_size = sizeof(yolo_options);
    header_version = YOLO_VERSION_NUMBER;
  }
};

// The same for device neuron: options.neuron = &neuron_options.
struct NeuronOptions : yolo_neuron_options {
  NeuronOptions() : yolo_neuron_options() {
    struct_size = sizeof(yolo_neuron_options);
  }
};

// Bytes of somebody else. Made of a pointer and a size, or of anything that has
// data() and size() in bytes: std::vector<uint8_t>, std::string, std::span.
class Bytes {
 public:
  Bytes(const void* data, size_t size) : data_(data), size_(size) {}

  template <
      class Container,
      class Element = std::remove_pointer_t<
          decltype(std::declval<const Container&>().data())>,
      class = std::enable_if_t<sizeof(Element) == 1 &&
                               !std::is_same_v<std::decay_t<Container>, Bytes>>>
  Bytes(const Container& container)
      : data_(container.data()), size_(container.size()) {}

  const void* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  const void* data_;
  size_t size_;
};

// Objects of somebody else that lie side by side, as std::span has them (which
// C++17 has not). Made of a pointer and a number, of an array, or of anything
// that has data() and size(): std::vector, std::array, std::span.
template <class T>
class Span {
 public:
  Span() = default;
  Span(T* data, size_t size) : data_(data), size_(size) {}
  template <size_t N>
  Span(T (&array)[N]) : data_(array), size_(N) {}

  // A temporary may be viewed for the length of a call, if it is only read.
  // Arrays of derived classes are no arrays of their base: elements must be T
  // itself.
  template <
      class Container,
      class Element =
          std::remove_pointer_t<decltype(std::declval<Container&>().data())>,
      class = std::enable_if_t<std::is_convertible_v<Element (*)[], T (*)[]> &&
                               !std::is_same_v<std::decay_t<Container>, Span>>>
  Span(Container&& container)
      : data_(container.data()), size_(container.size()) {}

  T* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* begin() const { return data_; }
  T* end() const { return data_ + size_; }
  T& operator[](size_t i) const { return data_[i]; }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
};

// One plane of a camera's or decoder's frame. stride: bytes from row to row, 0
// when rows are adjacent.
struct Plane {
  Bytes bytes;
  size_t stride = 0;
};

// An image in memory that outlives the call it is passed to. Further fields may
// be set: yuv_standard, orientation.
struct Image : yolo_image {
  // A JPEG file's bytes.
  static Image Jpeg(Bytes file) {
    return Image(YOLO_FORMAT_JPEG, file, 0, 0, 0);
  }

  // Pixels as they are in memory. format: YOLO_FORMAT_RGB, ...; stride: bytes
  // from row to row, 0 when rows are adjacent. A YUV frame lies in one block.
  static Image Raw(int32_t format, Bytes pixels, uint32_t width,
                   uint32_t height, size_t stride = 0) {
    return Image(format, pixels, width, height, stride);
  }

  // A frame whose planes lie apart: Y and the chroma plane of YOLO_FORMAT_NV12
  // and NV21.
  static Image Frame(int32_t format, uint32_t width, uint32_t height, Plane y,
                     Plane chroma) {
    Image image(format, y.bytes, width, height, y.stride);
    image.SetChroma(0, chroma);
    return image;
  }

  // The same for YOLO_FORMAT_I420: Y, U and V.
  static Image Frame(int32_t format, uint32_t width, uint32_t height, Plane y,
                     Plane u, Plane v) {
    Image image = Frame(format, width, height, y, u);
    image.SetChroma(1, v);
    return image;
  }

 private:
  void SetChroma(size_t i, const Plane& plane) {
    chroma[i] = plane.bytes.data();
    chroma_size[i] = plane.bytes.size();
    chroma_stride[i] = plane.stride;
  }

  Image(int32_t format_, Bytes bytes, uint32_t width_, uint32_t height_,
        size_t stride_)
      : yolo_image() {
    struct_size = sizeof(yolo_image);
    format = format_;
    data = bytes.data();
    size = bytes.size();
    width = width_;
    height = height_;
    stride = stride_;
  }
};
// Arrays of Image are arrays of yolo_image.
static_assert(sizeof(Image) == sizeof(yolo_image), "Image must add nothing");

// ---- What comes out --------------------------------------------------------

using Detection = yolo_detection;

// The boxes of one image, highest score first, and what else is known of it.
struct Detections {
  std::vector<Detection> boxes;
  yolo_result result = {};

  auto begin() const { return boxes.begin(); }
  auto end() const { return boxes.end(); }
  size_t size() const { return boxes.size(); }
  bool empty() const { return boxes.empty(); }
  const Detection& operator[](size_t i) const { return boxes[i]; }
};

// ---- Detector --------------------------------------------------------------

// A loaded model with all that detection needs. Moves, does not copy; a
// detector that was moved from may only be assigned to or destroyed. The const
// functions may be called from any number of threads at once.
class Detector {
 public:
  // Loads the model. Blocks for milliseconds to seconds.
  static Result<Detector> Create(const Options& options) {
    yolo_detector* made = nullptr;
    const yolo_status status = yolo_create(&options, &made);
    if (status != YOLO_OK) return LastError(status);
    return Detector(made);
  }

  // Finds objects in a JPEG file's bytes: at most max_detections boxes.
  Result<Detections> Detect(Bytes jpeg) const {
    return Detect(Image::Jpeg(jpeg));
  }

  // Finds objects in an image: at most max_detections boxes.
  Result<Detections> Detect(const Image& image) const {
    Detections found;
    found.boxes.resize(max_detections_);
    const yolo_status status = DetectInto(image, found.boxes.data(),
                                          found.boxes.size(), &found.result);
    if (status != YOLO_OK) return LastError(status);
    found.boxes.resize(found.result.count);
    return found;
  }

  // The same into memory of the caller, allocating nothing: writes the first
  // result->count of boxes[capacity]. `result` may be null. Returns the status;
  // yolo_last_error() explains it.
  yolo_status DetectInto(const Image& image, Detection* boxes, size_t capacity,
                         yolo_result* result) const {
    if (result) {
      *result = yolo_result();
      result->struct_size = sizeof(yolo_result);
    }
    return yolo_detect_image(handle_.get(), &image, boxes, capacity, result);
  }
  yolo_status DetectInto(const Image& image, Span<Detection> boxes,
                         yolo_result* result) const {
    return DetectInto(image, boxes.data(), boxes.size(), result);
  }

  // Finds objects in many images on all lanes that are free. Each image has a
  // result of its own: one that cannot be decoded fails alone.
  Result<std::vector<Result<Detections>>> DetectBatch(const Image* images,
                                                      size_t count) const {
    std::vector<Detection> boxes(count * max_detections_);
    std::vector<yolo_result> results(count);
    for (yolo_result& r : results) r.struct_size = sizeof(yolo_result);
    const yolo_status status =
        yolo_detect_batch(handle_.get(), images, count, boxes.data(),
                          max_detections_, results.data());
    if (status != YOLO_OK) return LastError(status);
    std::vector<Result<Detections>> all;
    all.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      if (results[i].status != YOLO_OK) {
        all.push_back(Error{results[i].status, results[i].message});
        continue;
      }
      const Detection* const first = boxes.data() + i * max_detections_;
      all.push_back(Detections{{first, first + results[i].count}, results[i]});
    }
    return all;
  }

  Result<std::vector<Result<Detections>>> DetectBatch(
      Span<const Image> images) const {
    return DetectBatch(images.data(), images.size());
  }

  // The same into memory of the caller, allocating nothing: boxes.size() /
  // images.size() boxes an image at most, those of image i from i times that
  // on; as many results as images. Returns YOLO_OK when every image was tried.
  yolo_status DetectBatchInto(Span<const Image> images, Span<Detection> boxes,
                              Span<yolo_result> results) const {
    if (results.size() < images.size()) return YOLO_ERROR_INVALID_ARGUMENT;
    for (yolo_result& r : results) {
      r = yolo_result();
      r.struct_size = sizeof(yolo_result);
    }
    const size_t capacity = images.empty() ? 0 : boxes.size() / images.size();
    return yolo_detect_batch(handle_.get(), images.data(), images.size(),
                             boxes.data(), capacity, results.data());
  }

  // The options in effect, and what they cost.
  yolo_detector_info Info() const {
    yolo_detector_info info = {};
    info.struct_size = sizeof(info);
    const yolo_status status = yolo_get_detector_info(handle_.get(), &info);
    assert(status == YOLO_OK);
    static_cast<void>(status);
    return info;
  }

  // One layer of the model. index: [0, Info().num_layers).
  Result<yolo_layer_info> Layer(uint32_t index) const {
    yolo_layer_info info = {};
    info.struct_size = sizeof(info);
    const yolo_status status = yolo_get_layer_info(handle_.get(), index, &info);
    if (status != YOLO_OK) return LastError(status);
    return info;
  }

  // One core of the device. index: [0, Info().num_cores).
  Result<yolo_core_stats> CoreStats(uint32_t index) const {
    yolo_core_stats stats = {};
    stats.struct_size = sizeof(stats);
    const yolo_status status = yolo_device_stats(handle_.get(), index, &stats);
    if (status != YOLO_OK) return LastError(status);
    return stats;
  }

  // Name of a class, "" when there is none. Lives as long as the detector.
  const char* Label(int32_t class_id) const {
    return yolo_label(handle_.get(), class_id);
  }

  // For the functions of yolo.h; still owned by this object.
  yolo_detector* get() const { return handle_.get(); }

 private:
  struct Destroy {
    void operator()(yolo_detector* detector) const { yolo_destroy(detector); }
  };

  explicit Detector(yolo_detector* made) : handle_(made) {
    max_detections_ = Info().max_detections;
  }

  static Error LastError(yolo_status status) {
    return Error{status, yolo_last_error()};
  }

  std::unique_ptr<yolo_detector, Destroy> handle_;
  size_t max_detections_ = 0;
};

}  // namespace v0
}  // namespace yolo

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#endif  // YOLO_YOLO_HPP_
