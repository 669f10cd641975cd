// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "image/pack.h"

namespace yolo {
namespace {

constexpr int32_t kProfiles[] = {
    YOLO_PROFILE_DARKNET, YOLO_PROFILE_DARKNET_LETTERBOX, YOLO_PROFILE_OPENCV,
    YOLO_PROFILE_ULTRALYTICS, YOLO_PROFILE_TF1_LEGACY};

constexpr int kSizes[][2] = {{640, 480},  {480, 640}, {608, 608}, {1, 1},
                             {1, 5000},   {5000, 1},  {333, 500}, {1920, 1080},
                             {1000, 999}, {13, 17},   {416, 415}};

constexpr int kNetworks[][2] = {{416, 416}, {608, 608}, {640, 384}, {32, 320}};

TEST_CASE("every placement lies in the network's input") {
  for (const int32_t profile : kProfiles) {
    for (const auto& size : kSizes) {
      const int w = size[0], h = size[1];
      for (const auto& network : kNetworks) {
        const int nw = network[0], nh = network[1];
        CAPTURE(profile);
        CAPTURE(w);
        CAPTURE(h);
        CAPTURE(nw);
        const Placement p = Place(profile, w, h, nw, nh);
        CHECK(p.x >= 0);
        CHECK(p.y >= 0);
        CHECK(p.w >= 1);
        CHECK(p.h >= 1);
        CHECK(p.x + p.w <= nw);
        CHECK(p.y + p.h <= nh);
      }
    }
  }
}

TEST_CASE("the corners of the placement come back as those of the image") {
  for (const int32_t profile : kProfiles) {
    for (const auto& size : kSizes) {
      const int w = size[0], h = size[1];
      for (const auto& network : kNetworks) {
        const int nw = network[0], nh = network[1];
        CAPTURE(profile);
        CAPTURE(w);
        CAPTURE(h);
        CAPTURE(nw);
        const Placement p = Place(profile, w, h, nw, nh);
        const auto x0 = (static_cast<float>(p.x) - p.offset_x) * p.scale_x;
        const auto y0 = (static_cast<float>(p.y) - p.offset_y) * p.scale_y;
        const auto x1 =
            (static_cast<float>(p.x + p.w) - p.offset_x) * p.scale_x;
        const auto y1 =
            (static_cast<float>(p.y + p.h) - p.offset_y) * p.scale_y;
        // Whole pixels of the network at most, as the tools have it.
        CHECK(std::fabs(x0) <= 1.001f * p.scale_x);
        CHECK(std::fabs(y0) <= 1.001f * p.scale_y);
        CHECK(std::fabs(x1 - static_cast<float>(w)) <= 1.001f * p.scale_x);
        CHECK(std::fabs(y1 - static_cast<float>(h)) <= 1.001f * p.scale_y);
      }
    }
  }
}

TEST_CASE("stretching profiles cover the input and scale each axis") {
  for (const int32_t profile :
       {YOLO_PROFILE_DARKNET, YOLO_PROFILE_OPENCV, YOLO_PROFILE_TF1_LEGACY}) {
    const Placement p = Place(profile, 640, 480, 416, 608);
    CHECK(p.x == 0);
    CHECK(p.y == 0);
    CHECK(p.w == 416);
    CHECK(p.h == 608);
    CHECK(p.offset_x == 0);
    CHECK(p.offset_y == 0);
    CHECK(p.scale_x == 640.0f / 416);
    CHECK(p.scale_y == 480.0f / 608);
  }
}

// Darknet, in its own terms: a box's centre as a fraction of the network goes
// to a fraction of the image (correct_yolo_boxes), then to pixels.
float DarknetBack(float network, int net, int shrunk, int size) {
  const float fraction = network / static_cast<float>(net);
  const float delta = static_cast<float>(net - shrunk);
  const float ratio = static_cast<float>(shrunk) / static_cast<float>(net);
  return (fraction - delta / 2.0f / static_cast<float>(net)) / ratio *
         static_cast<float>(size);
}

TEST_CASE("darknet-letterbox places and maps back as Darknet does") {
  struct Case {
    int w, h, nw, nh, x, y, new_w, new_h;
  };
  // new_h = 333 * 416 / 500 = 277 in integers, and so on.
  const Case kCases[] = {{500, 333, 416, 416, 0, 69, 416, 277},
                         {333, 500, 416, 416, 69, 0, 277, 416},
                         {640, 480, 608, 608, 0, 76, 608, 456},
                         {100, 100, 608, 416, 96, 0, 416, 416},
                         {5000, 1, 416, 416, 0, 207, 416, 1}};
  for (const Case& c : kCases) {
    CAPTURE(c.w);
    CAPTURE(c.h);
    const Placement p =
        Place(YOLO_PROFILE_DARKNET_LETTERBOX, c.w, c.h, c.nw, c.nh);
    CHECK(p.x == c.x);
    CHECK(p.y == c.y);
    CHECK(p.w == c.new_w);
    CHECK(p.h == c.new_h);
    for (float at = 0; at < 400; at += 37.25f) {
      CHECK((at - p.offset_x) * p.scale_x ==
            doctest::Approx(DarknetBack(at, c.nw, c.new_w, c.w)));
      CHECK((at - p.offset_y) * p.scale_y ==
            doctest::Approx(DarknetBack(at, c.nh, c.new_h, c.h)));
    }
  }
}

TEST_CASE("ultralytics places as LetterBox and maps back as scale_boxes") {
  for (const auto& size : kSizes) {
    const int w = size[0], h = size[1];
    for (const auto& network : kNetworks) {
      const int nw = network[0], nh = network[1];
      CAPTURE(w);
      CAPTURE(h);
      CAPTURE(nw);
      const double r = std::min(double(nh) / h, double(nw) / w);
      const double new_w = std::max(std::nearbyint(w * r), 1.0);
      const double new_h = std::max(std::nearbyint(h * r), 1.0);
      const Placement p = Place(YOLO_PROFILE_ULTRALYTICS, w, h, nw, nh);
      CHECK(p.w == new_w);
      CHECK(p.h == new_h);
      CHECK(p.x == std::nearbyint((nw - new_w) / 2 - 0.1));
      CHECK(p.y == std::nearbyint((nh - new_h) / 2 - 0.1));
      CHECK(p.offset_x == std::nearbyint((nw - w * r) / 2 - 0.1));
      CHECK(p.offset_y == std::nearbyint((nh - h * r) / 2 - 0.1));
      CHECK(p.scale_x == doctest::Approx(1 / r));
      CHECK(p.scale_y == p.scale_x);
    }
  }
  // Half a pixel of border: 0.5 - 0.1 rounds down at the left.
  const Placement p = Place(YOLO_PROFILE_ULTRALYTICS, 415, 416, 416, 416);
  CHECK(p.x == 0);
  CHECK(p.w == 415);
}

}  // namespace
}  // namespace yolo
