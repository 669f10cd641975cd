// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Callers take batch after batch of the list until it is empty; what they
// find is put together in the order of the list, whoever found it.
#include "eval/eval_run.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <future>
#include <mutex>
#include <utility>

#include "detect_photos.h"
#include "photo.h"
#include "progress.h"

namespace cli {
namespace {

constexpr uint32_t kDefaultCallers = 2;  // one reads files, the other waits

// The double that the shortest decimal of a float means: what a results file
// holds, so that both ways to evaluate see the same numbers.
double Decimal(float value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  double out = 0;
  std::from_chars(text, end, out);
  return out;
}

// Thousandths of a pixel.
double Thousandths(double pixels) { return std::round(pixels * 1e3) / 1e3; }

class Runner {
 public:
  Runner(const Model& model, const EvalOptions& options,
         const CocoAnnotations& truth)
      : model_(model),
        folder_(options.images),
        truth_(truth),
        callers_(options.callers > 0 ? options.callers : kDefaultCallers),
        batch_(options.batch > 0 ? options.batch : model.info().num_lanes),
        photos_(truth.images.size()),
        progress_(truth.images.size()) {}

  EvalRun Run(const std::vector<size_t>& categories);

 private:
  void Call();
  void Store(size_t first, std::vector<Photo> photos);
  void Add(size_t image, const std::vector<size_t>& categories,
           EvalRun* out) const;

  const Model& model_;
  const std::filesystem::path folder_;
  const CocoAnnotations& truth_;
  const uint32_t callers_;
  const size_t batch_;
  std::vector<Photo> photos_;  // of each image, without its pixels
  std::atomic<size_t> next_{0};
  std::mutex mutex_;  // guards progress_
  Progress progress_;
};

// One caller.
void Runner::Call() {
  for (;;) {
    const size_t begin = next_.fetch_add(batch_);
    if (begin >= photos_.size()) return;
    const size_t end = std::min(begin + batch_, photos_.size());
    std::vector<Photo> photos;
    for (size_t i = begin; i < end; ++i) {
      const std::string path = (folder_ / truth_.images[i].file_name).string();
      photos.push_back(ReadPhoto({path, ""}, model_.info().max_pixels));
    }
    DetectPhotos(model_, &photos);
    Store(begin, std::move(photos));
  }
}

void Runner::Store(size_t first, std::vector<Photo> photos) {
  for (size_t i = 0; i < photos.size(); ++i) {
    photos[i].bytes = {};
    photos[i].decoded = {};
    photos_[first + i] = std::move(photos[i]);
    const std::lock_guard lock(mutex_);
    progress_.Advance();
  }
}

void Runner::Add(size_t image, const std::vector<size_t>& categories,
                 EvalRun* out) const {
  const Photo& photo = photos_[image];
  const yolo_result& r = photo.result;
  if (r.status != YOLO_OK) {
    out->failures.push_back(
        {photo.path, yolo_status_string(r.status), r.message});
    return;
  }
  const CocoImage& truth = truth_.images[image];
  if (truth.width > 0 && truth.height > 0 &&
      (truth.width != r.width || truth.height != r.height)) {
    out->misfits.push_back(
        {photo.path, r.width, r.height, truth.width, truth.height});
  }
  out->num_cut += (r.truncated & YOLO_TRUNCATED_DETECTIONS) != 0;
  out->stages.decode += r.ns_decode;
  out->stages.pack += r.ns_pack;
  out->stages.run += r.ns_run;
  out->stages.extract += r.ns_extract;
  for (const yolo_detection& d : photo.detections) {
    const CocoBox box = {Thousandths(d.x0), Thousandths(d.y0),
                         Thousandths(double{d.x1} - d.x0),
                         Thousandths(double{d.y1} - d.y0)};
    out->detections.push_back({image,
                               categories[static_cast<size_t>(d.class_id)], box,
                               Decimal(d.score)});
  }
}

EvalRun Runner::Run(const std::vector<size_t>& categories) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::future<void>> callers;
  for (uint32_t i = 0; i < callers_; ++i) {
    callers.push_back(std::async(std::launch::async, [this] { Call(); }));
  }
  for (std::future<void>& caller : callers) caller.get();
  EvalRun out;
  out.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  progress_.Clear();
  out.num_images = photos_.size();
  out.callers = callers_;
  out.batch = static_cast<uint32_t>(batch_);
  for (size_t i = 0; i < photos_.size(); ++i) Add(i, categories, &out);
  return out;
}

}  // namespace

EvalRun RunEval(const Model& model, const EvalOptions& options,
                const CocoAnnotations& truth,
                const std::vector<size_t>& categories) {
  return Runner(model, options, truth).Run(categories);
}

}  // namespace cli
