// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Photos in chunks through the detector, reports in the photos' order.
#include "detect.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "detect_photos.h"
#include "draw.h"
#include "model.h"
#include "photo.h"
#include "progress.h"
#include "report.h"

namespace cli {
namespace {

// How many photos are handed over at once: enough that every lane works, few
// enough that results come about twice a second and memory stays bounded.
class ChunkSize {
 public:
  explicit ChunkSize(size_t num_lanes)
      : least_(num_lanes), most_(16 * num_lanes), size_(num_lanes) {}

  size_t photos() const { return size_; }

  void Adapt(double seconds) {
    if (seconds < 0.25) size_ = std::min(2 * size_, most_);
    if (seconds > 1) size_ = std::max(size_ / 2, least_);
  }

 private:
  const size_t least_;
  const size_t most_;
  size_t size_;
};

constexpr size_t kMaxChunkBytes = size_t{256} << 20;

class Session {
 public:
  explicit Session(const Options& options)
      : json_(options.json),
        upright_(!options.no_exif),
        inputs_(FindInputs(options.images)),
        outputs_(PlanOutputs(options.output, inputs_)),
        model_(options),
        progress_(inputs_.size()) {}

  ExitCode Run();

 private:
  std::vector<Photo> Load(size_t begin, size_t count) const;
  void Report(const Photo& photo);
  void Draw(const Photo& photo, const std::string& path);
  void DrawOne(const Photo& photo, const std::string& path) const;
  ExitCode Finish();

  const bool json_;
  const bool upright_;
  const std::vector<Input> inputs_;
  const std::vector<std::string> outputs_;
  const Model model_;
  Progress progress_;
  size_t num_failed_ = 0;
  size_t num_unwritten_ = 0;
};

ExitCode Session::Run() {
  using Clock = std::chrono::steady_clock;
  ChunkSize chunk(model_.info().num_lanes);
  for (size_t begin = 0; begin < inputs_.size();) {
    const auto start = Clock::now();
    std::vector<Photo> photos = Load(begin, chunk.photos());
    DetectPhotos(model_, &photos);
    for (size_t i = 0; i < photos.size(); ++i) {
      Report(photos[i]);
      Draw(photos[i], outputs_[begin + i]);
      progress_.Advance();
    }
    begin += photos.size();
    chunk.Adapt(std::chrono::duration<double>(Clock::now() - start).count());
  }
  return Finish();
}

// At most `count` photos from input `begin` on; at least one.
std::vector<Photo> Session::Load(size_t begin, size_t count) const {
  const size_t end = std::min(begin + count, inputs_.size());
  std::vector<Photo> photos;
  size_t bytes = 0;
  for (size_t i = begin; i < end && bytes < kMaxChunkBytes; ++i) {
    photos.push_back(ReadPhoto(inputs_[i], model_.info().max_pixels));
    bytes += photos.back().Size();
  }
  return photos;
}

void Session::Report(const Photo& photo) {
  num_failed_ += photo.result.status != YOLO_OK;
  progress_.Clear();
  const std::string text =
      json_ ? JsonReport(photo, model_) + "\n" : TextReport(photo, model_);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void Session::Draw(const Photo& photo, const std::string& path) {
  if (path.empty() || photo.result.status != YOLO_OK) return;
  try {
    DrawOne(photo, path);
  } catch (const Error& error) {
    progress_.Clear();
    std::fprintf(stderr, "yolo: %s\n", error.what());
    ++num_unwritten_;
  }
}

void Session::DrawOne(const Photo& photo, const std::string& path) const {
  Picture picture = photo.decoded;
  if (picture.rgb.empty()) {
    const std::string problem = DecodeJpeg(photo.bytes, &picture);
    if (!problem.empty()) throw Error(kCannotWrite, path + ": " + problem);
    if (upright_) {
      picture = Upright(std::move(picture), photo.result.orientation);
    }
  }
  std::vector<Annotation> annotations;
  for (const yolo_detection& d : photo.detections) {
    char score[16];
    std::snprintf(score, sizeof score, " %.2f", d.score);
    annotations.push_back(
        {d.x0, d.y0, d.x1, d.y1, d.class_id, model_.Title(d.class_id) + score});
  }
  DrawAnnotations(annotations, &picture);
  WritePicture(path, picture);
}

ExitCode Session::Finish() {
  progress_.Clear();
  if (num_failed_ > 0) {
    std::fprintf(stderr, "yolo: %zu of %zu images failed\n", num_failed_,
                 inputs_.size());
  }
  if (num_unwritten_ > 0) return kCannotWrite;
  return num_failed_ > 0 ? kImageFailed : kOk;
}

}  // namespace

ExitCode Detect(const Options& options) { return Session(options).Run(); }

}  // namespace cli
