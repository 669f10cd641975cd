// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The exported functions: check arguments, let nothing out, call Detector.
#include <pthread.h>

#include <cstddef>
#include <cstring>
#include <exception>
#include <new>

#include "base/status.h"
#include "detector.h"
#include "image/image.h"
#include "options.h"

struct yolo_detector {
  std::unique_ptr<yolo::Detector> impl;
};

namespace {

using yolo::Message;
using yolo::Status;

// What yolo_last_error() returns; each thread has its own.
thread_local char g_last_error[YOLO_MESSAGE_SIZE];

yolo_status Remember(yolo_status code, const char* message) {
  const size_t size = std::min(std::strlen(message), sizeof(g_last_error) - 1);
  std::memcpy(g_last_error, message, size);
  g_last_error[size] = '\0';
  return code;
}

yolo_status Invalid(const char* message) {
  return Remember(YOLO_ERROR_INVALID_ARGUMENT, message);
}

// pthread_cancel() unwinds a thread, and nothing may unwind through a call: it
// has to wait for the call's end.
class NoCancel {
 public:
  NoCancel() { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
  ~NoCancel() { pthread_setcancelstate(before_, nullptr); }
  NoCancel(const NoCancel&) = delete;
  NoCancel& operator=(const NoCancel&) = delete;

 private:
  int before_ = 0;
};

// Runs `body`, lets no exception out, and remembers why it failed.
template <class Body>
yolo_status Guard(const Body& body) noexcept {
  const NoCancel no_cancel;
  try {
    const Status status = body();
    return status.ok() ? YOLO_OK : Remember(status.code(), status.message());
  } catch (const std::bad_alloc&) {
    return Remember(YOLO_ERROR_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    return Remember(YOLO_ERROR_INTERNAL, e.what());
  } catch (...) {
    return Remember(YOLO_ERROR_INTERNAL, "unknown exception");
  }
}

// Sizes of 0.1; no caller has smaller structures.
constexpr uint32_t kImageSizeV01 = offsetof(yolo_image, chroma);
constexpr uint32_t kResultSizeV01 = offsetof(yolo_result, notes);
constexpr uint32_t kDetectorInfoSizeV01 =
    offsetof(yolo_detector_info, num_cores);
constexpr uint32_t kCoreStatsSizeV01 = sizeof(yolo_core_stats);
constexpr uint32_t kLayerInfoSizeV01 = sizeof(yolo_layer_info);

Status CheckSize(const char* name, uint32_t size, uint32_t least) {
  // Arrays step by struct_size: elements must stay aligned.
  if (size >= least && size % alignof(uint64_t) == 0) return Status::Ok();
  return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, name, ".struct_size is ",
                       size, "; it is ", least,
                       " or more, as the ..._INIT macro sets it");
}

Status CheckGiven(const void* pointer, const char* name) {
  if (pointer) return Status::Ok();
  return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, name, " is NULL");
}

// Fills the part of `*out` that its struct_size covers.
template <class T, class Fill>
Status FillStruct(const char* name, uint32_t least, T* out, const Fill& fill) {
  const uint32_t size = out->struct_size;
  YOLO_TRY(CheckSize(name, size, least));
  T full = {};
  YOLO_TRY(fill(&full));
  full.struct_size = size;
  std::memcpy(out, &full, std::min<size_t>(size, sizeof(full)));
  return Status::Ok();
}

}  // namespace

extern "C" {

uint32_t yolo_version(void) { return YOLO_VERSION_NUMBER; }

const char* yolo_build_info(void) {
  const NoCancel no_cancel;
  static const Message info("libyolo " YOLO_VERSION_STRING ", ",
#if defined(__clang__)
                            "clang " __clang_version__
#else
                            "gcc " __VERSION__
#endif
                            ", devices:",
#if YOLO_ONEDNN
                            " cpu (", yolo::CpuLibraryName(), ")",
#endif
                            " portable (", yolo::PortableLibraryName(),
                            ") neuron (libnrt, when it is used), ",
                            yolo::JpegLibraryName(), ", ",
                            yolo::DefaultMemoryName());
  return info.c_str();
}

const char* yolo_status_string(yolo_status status) {
  static const char* const kNames[] = {
      "YOLO_OK",
      "YOLO_ERROR_INVALID_ARGUMENT",
      "YOLO_ERROR_OUT_OF_MEMORY",
      "YOLO_ERROR_IO",
      "YOLO_ERROR_BAD_MODEL",
      "YOLO_ERROR_UNSUPPORTED_MODEL",
      "YOLO_ERROR_BAD_IMAGE",
      "YOLO_ERROR_UNSUPPORTED_IMAGE",
      "YOLO_ERROR_LIMIT",
      "YOLO_ERROR_DEVICE_UNAVAILABLE",
      "YOLO_ERROR_DEVICE",
      "YOLO_ERROR_VERSION",
      "YOLO_ERROR_FORKED",
      "YOLO_ERROR_INTERNAL",
  };
  if (status < 0 || status > YOLO_ERROR_INTERNAL) return "YOLO_ERROR_UNKNOWN";
  return kNames[status];
}

const char* yolo_last_error(void) { return g_last_error; }

yolo_status yolo_create(const yolo_options* options, yolo_detector** detector) {
  if (!detector) return Invalid("detector is NULL");
  return Guard([&]() -> Status {
    yolo_options resolved;
    YOLO_TRY(yolo::ReadOptions(options, &resolved));
    auto made = std::make_unique<yolo_detector>();
    YOLO_TRY(yolo::Detector::Create(resolved, &made->impl));
    *detector = made.release();
    return Status::Ok();
  });
}

void yolo_destroy(yolo_detector* detector) {
  const NoCancel no_cancel;
  delete detector;
}

yolo_status yolo_detect(yolo_detector* detector, int32_t format,
                        const void* data, size_t size, uint32_t width,
                        uint32_t height, size_t stride,
                        yolo_detection* detections, size_t capacity,
                        yolo_result* result) {
  yolo_image image = YOLO_IMAGE_INIT;
  image.format = format;
  image.data = data;
  image.size = size;
  image.width = width;
  image.height = height;
  image.stride = stride;
  return yolo_detect_image(detector, &image, detections, capacity, result);
}

yolo_status yolo_detect_image(yolo_detector* detector, const yolo_image* image,
                              yolo_detection* detections, size_t capacity,
                              yolo_result* result) {
  yolo_result own = YOLO_RESULT_INIT;
  yolo_result* const to = result ? result : &own;
  const yolo_status status = Guard([&]() -> Status {
    YOLO_TRY(CheckSize("result", to->struct_size, kResultSizeV01));
    YOLO_TRY(CheckGiven(detector, "detector"));
    YOLO_TRY(CheckGiven(image, "image"));
    YOLO_TRY(CheckSize("image", image->struct_size, kImageSizeV01));
    if (capacity != 0) YOLO_TRY(CheckGiven(detections, "detections"));
    yolo::Job job;
    job.images = image;
    job.image_step = image->struct_size;
    job.num_images = 1;
    job.detections = detections;
    job.capacity = capacity;
    job.results = to;
    job.result_step = to->struct_size;
    YOLO_TRY(detector->impl->Detect(job));
    return to->status == YOLO_OK ? Status::Ok()
                                 : Status::Error(to->status, to->message);
  });
  if (to->struct_size >= kResultSizeV01) to->status = status;
  return status;
}

yolo_status yolo_detect_batch(yolo_detector* detector, const yolo_image* images,
                              size_t num_images, yolo_detection* detections,
                              size_t capacity, yolo_result* results) {
  if (!detector) return Invalid("detector is NULL");
  if (num_images == 0) return YOLO_OK;
  if (!images) return Invalid("images is NULL");
  if (!results) return Invalid("results is NULL");
  if (!detections && capacity != 0) return Invalid("detections is NULL");
  return Guard([&]() -> Status {
    YOLO_TRY(CheckSize("images[0]", images->struct_size, kImageSizeV01));
    YOLO_TRY(CheckSize("results[0]", results->struct_size, kResultSizeV01));
    size_t boxes, bytes;
    if (!yolo::Multiply(num_images, capacity, &boxes) ||
        !yolo::Multiply(boxes, sizeof(yolo_detection), &bytes)) {
      return Status::Error(YOLO_ERROR_INVALID_ARGUMENT, "capacity is ",
                           capacity, "; no memory holds so much for ",
                           num_images, " images");
    }
    yolo::Job job;
    job.images = images;
    job.image_step = images->struct_size;
    job.num_images = num_images;
    job.detections = detections;
    job.capacity = capacity;
    job.results = results;
    job.result_step = results->struct_size;
    job.name_index = true;
    return detector->impl->Detect(job);
  });
}

yolo_status yolo_get_detector_info(const yolo_detector* detector,
                                   yolo_detector_info* info) {
  if (!detector) return Invalid("detector is NULL");
  if (!info) return Invalid("info is NULL");
  return Guard([&] {
    return FillStruct("info", kDetectorInfoSizeV01, info,
                      [&](yolo_detector_info* full) {
                        detector->impl->GetInfo(full);
                        return Status::Ok();
                      });
  });
}

yolo_status yolo_get_layer_info(const yolo_detector* detector, uint32_t index,
                                yolo_layer_info* info) {
  if (!detector) return Invalid("detector is NULL");
  if (!info) return Invalid("info is NULL");
  return Guard([&] {
    return FillStruct("info", kLayerInfoSizeV01, info,
                      [&](yolo_layer_info* full) {
                        return detector->impl->GetLayerInfo(index, full);
                      });
  });
}

yolo_status yolo_device_stats(const yolo_detector* detector, uint32_t index,
                              yolo_core_stats* stats) {
  if (!detector) return Invalid("detector is NULL");
  if (!stats) return Invalid("stats is NULL");
  return Guard([&] {
    return FillStruct("stats", kCoreStatsSizeV01, stats,
                      [&](yolo_core_stats* full) {
                        return detector->impl->GetCoreStats(index, full);
                      });
  });
}

const char* yolo_label(const yolo_detector* detector, int32_t class_id) {
  return detector ? detector->impl->Label(class_id) : "";
}

}  // extern "C"
