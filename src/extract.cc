// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Heads -> candidates -> suppression -> boxes in the image.
//
// A kernel scans heads, or what the network decoded, by comparison with bounds
// that lose nothing. What it finds is computed here, by code that is compiled
// once, so that scores and boxes are the same bits on every instruction set.
//
// Suppression sees boxes in pixels of the upright image, not yet clipped. IoU
// is the same in any space that is stretched along the axes, so for the greedy
// kinds this agrees with tools that work in fractions or in network pixels;
// DIoU depends on the aspect, and pixels are those of its paper.
#include "extract.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "candidates.h"
#include "decode.h"
#include "kernels/head.h"
#include "kernels/nms.h"

namespace yolo {
namespace {

// Cells whose classes are scanned together, and the room for what that finds:
// more only where one cell alone has more classes.
constexpr size_t kMaxProbes = 64;
constexpr size_t kHitsPerScan = 8192;

Interval Clip(const Interval& side, float image) {
  const auto clip = [image](float v) {
    return v > 0 ? std::min(v, image) : 0.0f;
  };
  return {clip(side.lo), clip(side.hi)};
}

// False for NaN.
bool IsBox(const Box& box) {
  return box.x.lo <= box.x.hi && box.y.lo <= box.y.hi;
}

// Whether any of it lies inside the image.
bool IsVisible(const BoxSource& source, const Box& box) {
  const Interval x = Clip(box.x, source.x.image);
  const Interval y = Clip(box.y, source.y.image);
  return x.lo < x.hi && y.lo < y.hi;
}

}  // namespace

struct Extractor::State {
  const Graph& graph;
  const ExtractOptions& options;
  Allocator* allocator;

  float min_threshold = std::numeric_limits<float>::infinity();
  std::vector<ClassRun> runs;  // the classes that can be reported
  size_t num_allowed = 0;      // in the runs
  size_t max_probes = 1;

  Buffer positions;  // uint32_t [boxes of all heads]
  Buffer hits;       // ClassHit [max_probes][num_allowed]
  Candidates candidates;
  Buffer by_class;    // uint32_t [max_candidates]: ranks of candidates
  Buffer class_ends;  // uint32_t [classes + 1]: into by_class
  Buffer corners;     // float [5][padded max_candidates]: BoxArrays
  Buffer kept;        // uint32_t [max_candidates]
  Buffer keep;        // uint8_t [max_candidates]: survives

  Status Init();
  void FindRuns();

  void ScanHeads(const DeviceLane& lane, const Axis& x, const Axis& y);
  void Scan(const BoxSource& source);
  void ScanAll(const BoxSource& source);
  struct Probes;
  void Probe(const BoxSource& source, uint32_t position, Probes* probes) const;
  void OfferClasses(const BoxSource& source, Probes* probes);
  bool FindBox(const BoxSource& source, size_t probe, Probes* probes) const;
  float Floor() const;

  void Suppress();
  void GroupByClass();
  void SuppressGroup(const uint32_t* members, size_t count);
  Extracted Report(int width, int height, yolo_detection* out,
                   size_t limit) const;
};

// ---- Memory ----------------------------------------------------------------

void Extractor::State::FindRuns() {
  const auto& thresholds = options.thresholds;
  for (uint32_t c = 0; c < thresholds.size(); ++c) {
    if (!std::isfinite(thresholds[c])) continue;
    min_threshold = std::min(min_threshold, thresholds[c]);
    ++num_allowed;
    if (!runs.empty() && runs.back().first + runs.back().count == c) {
      ++runs.back().count;
    } else {
      runs.push_back({c, 1});
    }
  }
}

Status Extractor::State::Init() {
  assert(options.thresholds.size() == static_cast<size_t>(graph.num_classes));
  assert(options.max_candidates > 0);
  FindRuns();
  max_probes = std::clamp<size_t>(
      kHitsPerScan / std::max<size_t>(num_allowed, 1), 1, kMaxProbes);
  const size_t n = options.max_candidates;
  const size_t padded = (n + kBoxPadding - 1) / kBoxPadding * kBoxPadding;
  const size_t classes = options.thresholds.size();
  size_t refused = 0;
  const auto make = [&](Buffer* buffer, size_t bytes) {
    refused = bytes;
    return buffer->Allocate(allocator, bytes);
  };
  const bool ok = make(&positions, CountBoxes(graph) * sizeof(uint32_t)) &&
                  make(&hits, max_probes * num_allowed * sizeof(ClassHit)) &&
                  candidates.Init(allocator, n, &refused) &&
                  make(&by_class, n * sizeof(uint32_t)) &&
                  make(&class_ends, (classes + 1) * sizeof(uint32_t)) &&
                  make(&corners, 5 * padded * sizeof(float)) &&
                  make(&kept, n * sizeof(uint32_t)) && make(&keep, n);
  if (ok) return Status::Ok();
  return RefusedMemory(*allocator, refused, "max_candidates");
}

// ---- Heads -> candidates ---------------------------------------------------

// What a score has to exceed, or equal, to matter still. Once boxes have been
// turned away it is the worst of those that have not: a crowded picture under
// a tiny threshold costs little more than a plain one.
float Extractor::State::Floor() const {
  return candidates.overflow()
             ? std::max(min_threshold, candidates.worst().score)
             : min_threshold;
}

// Positions that may hold a box.
struct Extractor::State::Probes {
  enum class State : uint8_t { kNotDecoded, kWanted, kUnwanted };

  uint32_t positions[kMaxProbes];
  float bounds[kMaxProbes];
  float objectness[kMaxProbes];
  Box boxes[kMaxProbes];  // once some class has passed
  State states[kMaxProbes];
  size_t count = 0;
};

void Extractor::State::Probe(const BoxSource& source, uint32_t position,
                             Probes* probes) const {
  float objectness = 1;
  if (source.objectness != BoxSource::kNone) {
    objectness = Probability(source.scores.Value(source.objectness, position),
                             source.probabilities);
    if (!(objectness > 0)) return;
  }
  const size_t i = probes->count++;
  probes->positions[i] = position;
  probes->bounds[i] = LowerBound(Floor(), objectness, source.probabilities);
  probes->objectness[i] = objectness;
  probes->states[i] = Probes::State::kNotDecoded;
}

// Decodes the box of a probe unless that has been done. False when it is none.
bool Extractor::State::FindBox(const BoxSource& source, size_t probe,
                               Probes* probes) const {
  Probes::State& state = probes->states[probe];
  if (state == Probes::State::kNotDecoded) {
    Box& box = probes->boxes[probe];
    box = DecodeBox(source, probes->positions[probe]);
    // Raw candidates are all there is; otherwise a box of which nothing can be
    // seen is none, and suppresses none.
    const bool is_wanted =
        IsBox(box) && (options.nms == YOLO_NMS_NONE || IsVisible(source, box));
    state = is_wanted ? Probes::State::kWanted : Probes::State::kUnwanted;
  }
  return state == Probes::State::kWanted;
}

void Extractor::State::OfferClasses(const BoxSource& source, Probes* probes) {
  ClassHit* const hit = hits.as<ClassHit>();
  const size_t num_hits =
      FindClasses(source.scores, source.classes, runs,
                  {probes->positions, probes->bounds, probes->count}, hit);
  for (size_t k = 0; k < num_hits; ++k) {
    const uint32_t p = hit[k].probe, c = hit[k].class_id;
    const uint32_t position = probes->positions[p];
    const float score =
        probes->objectness[p] *
        Probability(source.scores.Value(source.classes + c, position),
                    source.probabilities);
    if (!(score > options.thresholds[c])) continue;
    if (!FindBox(source, p, probes)) continue;
    candidates.Add({score, static_cast<int32_t>(c),
                    source.order + position * source.step, probes->boxes[p]});
  }
}

void Extractor::State::Scan(const BoxSource& source) {
  if (source.objectness == BoxSource::kNone) return ScanAll(source);
  uint32_t* const found = positions.as<uint32_t>();
  const size_t num_found = FindPositions(
      source.scores, source.objectness,
      LowerBound(Floor(), /*objectness=*/1, source.probabilities), found);
  for (size_t i = 0; i < num_found;) {
    Probes probes;
    for (; i < num_found && probes.count < max_probes; ++i) {
      Probe(source, found[i], &probes);
    }
    OfferClasses(source, &probes);
  }
}

// Without objectness any class of any position may pass.
void Extractor::State::ScanAll(const BoxSource& source) {
  const auto count = static_cast<uint32_t>(source.scores.positions);
  for (uint32_t i = 0; i < count;) {
    Probes probes;
    for (; i < count && probes.count < max_probes; ++i) {
      Probe(source, i, &probes);
    }
    OfferClasses(source, &probes);
  }
}

void Extractor::State::ScanHeads(const DeviceLane& lane, const Axis& x,
                                 const Axis& y) {
  uint32_t order = 0;
  for (size_t i = 0; i < graph.heads.size(); ++i) {
    const Layer& layer = graph.layers[static_cast<size_t>(graph.heads[i])];
    const YoloHead& head = std::get<YoloHead>(layer.op);
    const TensorView view = lane.Head(i);
    assert(view.shape == layer.shape);
    for (size_t a = 0; a < head.anchors.size(); ++a) {
      Scan(HeadSource(head, view, a, order, options.ignore_scale_x_y, x, y));
    }
    order += static_cast<uint32_t>(CountBoxes(layer));
  }
}

// ---- Suppression -----------------------------------------------------------

// A counting sort: candidates of one class stay in their order.
void Extractor::State::GroupByClass() {
  uint32_t* const end = class_ends.as<uint32_t>();
  const size_t classes = options.thresholds.size();
  std::fill(end, end + classes + 1, 0u);
  for (size_t i = 0; i < candidates.size(); ++i) {
    ++end[candidates[i].class_id + 1];
  }
  for (size_t k = 1; k <= classes; ++k) end[k] += end[k - 1];
  for (size_t i = 0; i < candidates.size(); ++i) {
    by_class.as<uint32_t>()[end[candidates[i].class_id]++] =
        static_cast<uint32_t>(i);
  }
}

void Extractor::State::SuppressGroup(const uint32_t* members, size_t count) {
  float* const data = corners.as<float>();
  const size_t stride = corners.size() / sizeof(float) / 5;
  const BoxArrays boxes = {data, data + stride, data + 2 * stride,
                           data + 3 * stride, data + 4 * stride};
  for (size_t i = 0; i < count; ++i) {
    const Box& box = candidates[members[i]].box;
    boxes.x0[i] = box.x.lo;
    boxes.y0[i] = box.y.lo;
    boxes.x1[i] = box.x.hi;
    boxes.y1[i] = box.y.hi;
  }
  uint32_t* const survivors = kept.as<uint32_t>();
  const size_t n =
      KeepBest(boxes, count,
               options.nms == YOLO_NMS_DIOU ? Overlap::kDiou : Overlap::kIou,
               options.iou_threshold, survivors);
  for (size_t k = 0; k < n; ++k) keep.as<uint8_t>()[members[survivors[k]]] = 1;
}

// Sets `keep` for the sorted candidates.
void Extractor::State::Suppress() {
  const bool none = options.nms == YOLO_NMS_NONE;
  std::fill_n(keep.as<uint8_t>(), candidates.size(), uint8_t{none});
  if (none) return;
  uint32_t* const members = by_class.as<uint32_t>();
  if (options.nms == YOLO_NMS_AGNOSTIC) {
    for (uint32_t i = 0; i < candidates.size(); ++i) members[i] = i;
    SuppressGroup(members, candidates.size());
    return;
  }
  GroupByClass();
  uint32_t begin = 0;
  for (size_t c = 0; c < options.thresholds.size(); ++c) {
    const uint32_t end = class_ends.as<uint32_t>()[c];
    if (end > begin) SuppressGroup(members + begin, end - begin);
    begin = end;
  }
}

// Writes at most `limit` survivors.
Extracted Extractor::State::Report(int width, int height, yolo_detection* out,
                                   size_t limit) const {
  Extracted result;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (!keep.as<uint8_t>()[i]) continue;
    ++result.found;
    if (result.count == limit) continue;
    const Candidate& c = candidates[i];
    const Interval x = Clip(c.box.x, static_cast<float>(width));
    const Interval y = Clip(c.box.y, static_cast<float>(height));
    out[result.count++] = {x.lo, y.lo, x.hi, y.hi, c.score, c.class_id};
  }
  if (result.found > result.count) {
    result.truncated |= YOLO_TRUNCATED_DETECTIONS;
  }
  if (candidates.overflow()) result.truncated |= YOLO_TRUNCATED_CANDIDATES;
  return result;
}

// ---- Extractor -------------------------------------------------------------

Extractor::Extractor(const Graph& graph, const ExtractOptions& options,
                     Allocator* allocator)
    : state_(new State{graph, options, allocator}) {}

Extractor::~Extractor() { delete state_; }

Status Extractor::Init() { return state_->Init(); }

Extracted Extractor::Extract(const DeviceLane& lane, const Placement& placement,
                             int width, int height, yolo_detection* out,
                             size_t capacity) {
  State& s = *state_;
  s.candidates.Clear();
  if (!s.runs.empty()) {
    const Axis x = {static_cast<double>(s.graph.input.w), placement.offset_x,
                    placement.scale_x, static_cast<float>(width)};
    const Axis y = {static_cast<double>(s.graph.input.h), placement.offset_y,
                    placement.scale_y, static_cast<float>(height)};
    DecodedView decoded;
    if (lane.Decoded(&decoded)) {
      s.Scan(DecodedSource(decoded, x, y));
    } else {
      s.ScanHeads(lane, x, y);
    }
  }
  s.candidates.Rank();
  s.Suppress();
  return s.Report(width, height, out,
                  std::min<size_t>(capacity, s.options.max_detections));
}

}  // namespace yolo
