// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Boxes of networks that decode their heads themselves.
#include <doctest/doctest.h>

#include <cmath>

#include "extract.h"
#include "support/count_news.h"
#include "support/extract_definition.h"
#include "support/for_each_target.h"
#include "support/heads.h"
#include "support/random.h"

namespace yolo::testing {
namespace {

struct Form {
  bool split;       // boxes and scores are two tensors
  bool objectness;  // a column of it
  BoxForm boxes;
  bool fractions;
};

constexpr Form kForms[] = {
    {false, true, BoxForm::kCentreSize, false},
    {false, true, BoxForm::kCorners, true},
    {false, true, BoxForm::kCornersYx, false},
    {false, false, BoxForm::kCentreSize, true},
    {true, false, BoxForm::kCorners, true},
    {true, false, BoxForm::kCornersYx, true},
    {true, false, BoxForm::kCentreSize, false},
};

constexpr HeadForm kTableForms[] = {{DataType::kF32, Layout::kInterleaved},
                                    {DataType::kF32, Layout::kPlanar},
                                    {DataType::kF16, Layout::kInterleaved},
                                    {DataType::kF16, Layout::kPlanar},
                                    {DataType::kBf16, Layout::kInterleaved},
                                    {DataType::kBf16, Layout::kPlanar}};

// Numbers that every type holds: [column][box], four of the box, objectness
// perhaps, classes.
struct Table {
  size_t count, classes;
  Form form;
  std::vector<float> values;

  size_t first_class() const { return form.objectness ? 5 : 4; }
  size_t columns() const { return first_class() + classes; }
  float At(size_t column, size_t box) const {
    return values[column * count + box];
  }
};

Table RandomTable(Random* random, const Graph& graph, const Form& form) {
  Table t = {
      CountBoxes(graph), static_cast<size_t>(graph.num_classes), form, {}};
  t.values.resize(t.columns() * t.count);
  const std::vector<float> odd = {0, kInf, -kInf, kNan, 60000, -60000, 1e-40f};
  for (size_t i = 0; i < t.count; ++i) {
    const float w = random->Uniform(-0.05f, 0.5f);
    const float h = random->Uniform(0.02f, 0.5f);
    const float x = random->Uniform(-0.1f, 1.1f);
    const float y = random->Uniform(-0.1f, 1.1f);
    const float across = form.fractions ? 1 : static_cast<float>(graph.input.w);
    const float down = form.fractions ? 1 : static_cast<float>(graph.input.h);
    float box[4] = {x * across, y * down, w * across, h * down};
    if (form.boxes != BoxForm::kCentreSize) {
      box[2] += box[0];
      box[3] += box[1];
    }
    if (form.boxes == BoxForm::kCornersYx) {
      std::swap(box[0], box[1]);
      std::swap(box[2], box[3]);
    }
    for (size_t c = 0; c < t.columns(); ++c) {
      float v = c < 4 ? box[c] : random->Uniform(-0.1f, 1.1f);
      if (c >= 4 && random->Chance(30)) v = std::round(v * 4) / 4;
      if (random->Chance(2)) v = random->Pick(odd);
      t.values[c * t.count + i] =
          CutTo(DataType::kBf16, CutTo(DataType::kF16, v));
    }
  }
  return t;
}

class TableLane : public DeviceLane {
 public:
  TableLane(const Table& t, HeadForm form)
      : table_(t),
        whole_(t.values, t.columns(), t.count, form),
        boxes_({t.values.begin(), t.values.begin() + Offset(t, 4)}, 4, t.count,
               form),
        scores_({t.values.begin() + Offset(t, 4), t.values.end()},
                t.columns() - 4, t.count, form) {}
  TensorView Input() override { return {}; }
  Status Run(Team*) override { return Status::Ok(); }
  TensorView Head(size_t) const override { return {}; }
  bool Decoded(DecodedView* out) const override {
    const auto first = static_cast<int>(table_.first_class());
    const auto classes = static_cast<int>(table_.classes);
    const bool split = table_.form.split;
    *out = {View(split ? boxes_ : whole_, split ? 4 : first + classes),
            View(split ? scores_ : whole_, first - (split ? 4 : 0) + classes),
            table_.form.objectness ? 4 : -1,
            split ? 0 : first,
            table_.form.boxes,
            table_.form.fractions};
    return true;
  }

 private:
  static std::ptrdiff_t Offset(const Table& t, size_t columns) {
    return static_cast<std::ptrdiff_t>(columns * t.count);
  }
  TensorView View(const HeadMemory& memory, int columns) const {
    const HeadForm form = memory.form();
    return {const_cast<HeadMemory&>(memory).data(),
            form.type,
            form.layout,
            1,
            {columns, static_cast<int>(table_.count), 1}};
  }

  const Table& table_;
  HeadMemory whole_, boxes_, scores_;
};

// ---- What it means ---------------------------------------------------------

double Bounded(double v) { return v < -1e6 ? -1e6 : v > 1e6 ? 1e6 : v; }

void DefineAxis(const Form& form, float a, float b, int network, float offset,
                float scale, float* lo, float* hi) {
  double first = a, second = b;
  if (!form.fractions) {
    first /= network;
    second /= network;
  }
  first = Bounded(first);
  second = Bounded(second);
  double from = first, to = second;
  if (form.boxes == BoxForm::kCentreSize) {
    from = first - second / 2;
    to = first + second / 2;
  }
  *lo = static_cast<float>((from * network - offset) * scale);
  *hi = static_cast<float>((to * network - offset) * scale);
}

std::vector<Defined> DefineTable(const Graph& graph, const Table& t,
                                 const ExtractOptions& options,
                                 const Picture& picture) {
  std::vector<Defined> all;
  const Placement& p = picture.placement;
  const size_t x = t.form.boxes == BoxForm::kCornersYx ? 1 : 0;
  for (size_t i = 0; i < t.count; ++i) {
    Defined d{0, 0, i, 0, 0, 0, 0};
    DefineAxis(t.form, t.At(x, i), t.At(x + 2, i), graph.input.w, p.offset_x,
               p.scale_x, &d.x0, &d.x1);
    DefineAxis(t.form, t.At(1 - x, i), t.At(3 - x, i), graph.input.h,
               p.offset_y, p.scale_y, &d.y0, &d.y1);
    if (!(d.x0 <= d.x1 && d.y0 <= d.y1)) continue;
    const yolo_detection c = Clipped(d, picture);
    const bool visible = c.x0 < c.x1 && c.y0 < c.y1;
    if (options.nms != YOLO_NMS_NONE && !visible) continue;
    const float objectness =
        t.form.objectness ? Probability(t.At(4, i), true) : 1;
    for (size_t k = 0; k < t.classes; ++k) {
      d.class_id = static_cast<int>(k);
      d.score = objectness * Probability(t.At(t.first_class() + k, i), true);
      if (d.score > options.thresholds[k]) all.push_back(d);
    }
  }
  SortDefined(&all);
  return all;
}

TEST_CASE(
    "boxes equal their definition, bit for bit, in every form, on every "
    "target") {
  Random random(1);
  for (const Form& form : kForms) {
    for (const int classes : {1, 3, 80}) {
      const Graph graph = MakeGraph(160, 96, classes, 3, false);
      const Table table = RandomTable(&random, graph, form);
      const Picture picture = classes == 3 ? Letterboxed(graph, 333, 500)
                                           : Stretched(graph, 1000, 431);
      for (const int32_t nms :
           {YOLO_NMS_PER_CLASS, YOLO_NMS_DIOU, YOLO_NMS_NONE}) {
        ExtractOptions options = Options(graph, 0.3f);
        options.nms = nms;
        options.max_candidates = 700;
        options.max_detections = 500;
        const Output want = DefineOutput(
            DefineTable(graph, table, options, picture), options, picture);
        REQUIRE(want.summary.count > 20);
        for (const HeadForm memory : kTableForms) {
          const TableLane lane(table, memory);
          ForEachTarget([&](const char* target) {
            CAPTURE(target);
            CAPTURE(NameOf(memory));
            CAPTURE(classes);
            CAPTURE(nms);
            CheckSame(Run(graph, options, lane, picture), want);
          });
        }
      }
    }
  }
}

TEST_CASE("no threshold loses a box that its definition keeps") {
  Random random(2);
  for (const Form& form : {kForms[0], kForms[4]}) {
    const Graph graph = MakeGraph(96, 96, 3, 1, false);
    const Table table = RandomTable(&random, graph, form);
    const Picture picture = Stretched(graph, 640, 480);
    const TableLane lane(table, kInterleavedF32);
    ExtractOptions options = Options(graph, 0.001f);
    options.nms = YOLO_NMS_NONE;
    options.max_detections = 4096;
    std::vector<float> thresholds = {1e-45f, 1e-38f, 1e-10f, 0.999999f, 1};
    for (const Defined& d : DefineTable(graph, table, options, picture)) {
      thresholds.push_back(std::nextafter(d.score, 0.0f));
      thresholds.push_back(d.score);
      thresholds.push_back(std::nextafter(d.score, 1.0f));
    }
    REQUIRE(thresholds.size() > 20);
    for (const float threshold : thresholds) {
      CAPTURE(threshold);
      options.thresholds.assign(3, threshold);
      CheckSame(Run(graph, options, lane, picture),
                DefineOutput(DefineTable(graph, table, options, picture),
                             options, picture));
    }
  }
}

TEST_CASE("classes that are not wanted, and more candidates than kept") {
  Random random(3);
  const Graph graph = MakeGraph(160, 160, 20, 3, false);
  const Picture picture = Stretched(graph, 300, 200);
  for (const Form& form : kForms) {
    const Table table = RandomTable(&random, graph, form);
    const TableLane lane(table, {DataType::kF16, Layout::kInterleaved});
    ExtractOptions options = Options(graph, 0.01f);
    options.nms = YOLO_NMS_NONE;
    options.max_candidates = options.max_detections = 200;
    for (const size_t c : {0, 7, 8, 19}) options.thresholds[c] = kInf;
    const Output want = DefineOutput(
        DefineTable(graph, table, options, picture), options, picture);
    CHECK(want.summary.truncated == YOLO_TRUNCATED_CANDIDATES);
    CheckSame(Run(graph, options, lane, picture), want);
    options.thresholds.assign(20, kInf);
    CheckSame(Run(graph, options, lane, picture), Output{});
  }
}

TEST_CASE("nothing is allocated") {
  Random random(4);
  const Graph graph = MakeGraph(160, 160, 20, 3, false);
  const Picture picture = Stretched(graph, 640, 480);
  for (const Form& form : {kForms[0], kForms[4]}) {
    const Table table = RandomTable(&random, graph, form);
    const TableLane lane(table, {DataType::kF16, Layout::kInterleaved});
    const ExtractOptions options = Options(graph, 0.05f);
    Allocator allocator;
    Extractor extractor(graph, options, &allocator);
    REQUIRE(extractor.Init().ok());
    std::vector<yolo_detection> out(300);
    const size_t before = num_news;
    extractor.Extract(lane, picture.placement, picture.width, picture.height,
                      out.data(), out.size());
    CHECK(num_news == before);
  }
}

}  // namespace
}  // namespace yolo::testing
