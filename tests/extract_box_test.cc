// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Single boxes: where they come to lie, and which are none.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "support/heads.h"
#include "support/random.h"

namespace yolo::testing {
namespace {

float Logit(double p) { return static_cast<float>(std::log(p / (1 - p))); }

// Puts a box (network pixels) of class 0 into the cell where its centre lies.
void PutBox(const Graph& graph, double x, double y, double w, double h,
            Values* values) {
  const YoloHead& head = HeadOf(graph, 0);
  const Shape& shape = graph.layers[0].shape;
  const double fx = x * shape.w / graph.input.w;
  const double fy = y * shape.h / graph.input.h;
  const int column = std::clamp(static_cast<int>(fx), 0, shape.w - 1);
  const int row = std::clamp(static_cast<int>(fy), 0, shape.h - 1);
  const auto plane = static_cast<size_t>(shape.h * shape.w);
  const auto cell = static_cast<size_t>(row * shape.w + column);
  const float t[6] = {Logit(fx - column),
                      Logit(fy - row),
                      static_cast<float>(std::log(w / head.anchors[0].w)),
                      static_cast<float>(std::log(h / head.anchors[0].h)),
                      4,
                      4};
  for (size_t c = 0; c < 6; ++c) (*values)[0][c * plane + cell] = t[c];
}

TEST_CASE("objects on every border of a letterbox survive, clipped") {
  Random random(6);
  const Graph graph = MakeGraph(320, 320, 2, 1, false);
  const ExtractOptions options = Options(graph, 0.25f);
  for (int round = 0; round < 200; ++round) {
    const Picture picture =
        Letterboxed(graph, random.Int(50, 2000), random.Int(50, 2000));
    const Placement& p = picture.placement;
    const double w = picture.width / p.scale_x, h = picture.height / p.scale_y;
    for (const int border : {0, 1, 2, 3}) {  // left, right, top, bottom
      // Its middle is inside the picture; a part of it is beyond the border.
      double x = p.offset_x + w * random.Uniform(0.3f, 0.7f);
      double y = p.offset_y + h * random.Uniform(0.3f, 0.7f);
      const double bw = w * random.Uniform(0.1f, 0.3f);
      const double bh = h * random.Uniform(0.1f, 0.3f);
      const double inside = random.Uniform(0.05f, 0.45f);
      if (border == 0) x = p.offset_x + inside * bw;
      if (border == 1) x = p.offset_x + w - inside * bw;
      if (border == 2) y = p.offset_y + inside * bh;
      if (border == 3) y = p.offset_y + h - inside * bh;
      Values values = Filled(graph, -9);
      PutBox(graph, x, y, bw, bh, &values);
      const FakeLane lane(graph, values, kBlockedF32);
      const Output got = Run(graph, options, lane, picture);
      CAPTURE(border);
      CAPTURE(picture.width);
      CAPTURE(picture.height);
      REQUIRE(got.boxes.size() == 1);
      const yolo_detection& d = got.boxes[0];
      const auto near = [&](double value, double network, double offset) {
        return std::abs(value - (network - offset) * p.scale_x) < 0.02;
      };
      CHECK((border == 0 ? d.x0 == 0 : near(d.x0, x - bw / 2, p.offset_x)));
      CHECK((border == 1 ? d.x1 == picture.width
                         : near(d.x1, x + bw / 2, p.offset_x)));
      CHECK((border == 2 ? d.y0 == 0 : near(d.y0, y - bh / 2, p.offset_y)));
      CHECK((border == 3 ? d.y1 == picture.height
                         : near(d.y1, y + bh / 2, p.offset_y)));
    }
  }
}

TEST_CASE(
    "a box outside the image is dropped, and suppresses nothing, but is among "
    "the raw candidates") {
  const Graph graph = MakeGraph(320, 320, 1, 1, false);
  const Picture picture = Letterboxed(graph, 640, 320);  // rows 80 to 240
  Values values = Filled(graph, -9);
  PutBox(graph, 150, 40, 50, 60, &values);  // rows 10 to 70
  const FakeLane outside(graph, values, kPlanarF32);
  ExtractOptions options = Options(graph, 0.25f);
  CHECK(Run(graph, options, outside, picture).summary.found == 0);
  options.nms = YOLO_NMS_NONE;
  const Output raw = Run(graph, options, outside, picture);
  REQUIRE(raw.boxes.size() == 1);
  CHECK(raw.boxes[0].y0 == 0);
  CHECK(raw.boxes[0].y1 == 0);
  CHECK(raw.boxes[0].x0 < raw.boxes[0].x1);
}

TEST_CASE("suppression sees boxes as they were before they were clipped") {
  // Two boxes with an IoU of 0.25, and of 1 when cut to the picture.
  const Graph graph = MakeGraph(320, 320, 1, 1, false);
  const Picture picture = Letterboxed(graph, 640, 320);  // rows 80 to 240
  Values values = Filled(graph, -9);
  PutBox(graph, 150, 50, 60, 80, &values);  // rows 10 to 90
  PutBox(graph, 150, 80, 60, 20, &values);  // rows 70 to 90
  const FakeLane lane(graph, values, kPlanarF32);
  const Output got = Run(graph, Options(graph, 0.25f), lane, picture);
  CHECK(got.summary.found == 2);
}

TEST_CASE("a size that overflows is clipped to the image") {
  const Graph graph = MakeGraph(320, 320, 1, 1, false);
  const Picture picture = Stretched(graph, 640, 480);
  for (const float t : {88.0f, 200.0f, 1e30f, kInf}) {
    Values values = Filled(graph, -9);
    PutBox(graph, 150, 150, 50, 60, &values);
    PutBox(graph, 250, 150, 50, 60, &values);
    const auto plane = size_t{100};
    for (float& v : values[0]) {
      const auto channel = static_cast<size_t>(&v - values[0].data()) / plane;
      if (channel == 2 || channel == 3) v = t;
    }
    const FakeLane lane(graph, values, kPlanarF32);
    const Output got = Run(graph, Options(graph, 0.25f), lane, picture);
    REQUIRE(got.boxes.size() == 1);  // the two are one box
    const yolo_detection& d = got.boxes[0];
    CHECK((d.x0 == 0 && d.y0 == 0 && d.x1 == 640 && d.y1 == 480));
  }
}

TEST_CASE("NaN in any of a box's numbers makes it no detection") {
  for (const bool new_coords : {false, true}) {
    const Graph graph = MakeGraph(32, 32, 1, 1, new_coords);
    const Picture picture = Stretched(graph, 640, 480);
    for (const int32_t nms : {YOLO_NMS_PER_CLASS, YOLO_NMS_NONE}) {
      for (size_t channel = 0; channel < 7; ++channel) {
        Values values = Filled(graph, -9);  // one cell, two anchors
        for (size_t c = 0; c < 6; ++c) values[0][c] = 0.8f;
        if (channel < 6) values[0][channel] = kNan;
        const FakeLane lane(graph, values, kPlanarF32);
        ExtractOptions options = Options(graph, 0.25f);
        options.nms = nms;
        CAPTURE(channel);
        CHECK(Run(graph, options, lane, picture).summary.found ==
              (channel == 6 ? 1 : 0));
      }
    }
  }
}

TEST_CASE("tf1-legacy leaves scale_x_y out") {
  Graph graph = MakeGraph(320, 320, 1, 1, false);
  const Picture picture = Stretched(graph, 320, 320);
  Values values = Filled(graph, -9);
  PutBox(graph, 168, 136, 20, 20, &values);
  const FakeLane lane(graph, values, kPlanarF32);
  const auto middle = [&](float scale, bool ignore) {
    std::get<YoloHead>(graph.layers[0].op).scale_x_y = scale;
    ExtractOptions options = Options(graph, 0.25f);
    options.ignore_scale_x_y = ignore;
    const Output got = Run(graph, options, lane, picture);
    REQUIRE(got.boxes.size() == 1);
    return (got.boxes[0].x0 + got.boxes[0].x1) / 2;
  };
  // A quarter of a cell from its left edge: 168 = 160 + 32 / 4.
  CHECK(middle(1, false) == doctest::Approx(168));
  CHECK(middle(1.2f, false) == doctest::Approx(176 - 8 * 1.2));
  CHECK(middle(1.2f, true) == middle(1, false));
}

}  // namespace
}  // namespace yolo::testing
