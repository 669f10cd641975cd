// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Rectangles, plates and text; nothing outside the picture is touched.
#include "draw.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "font.h"

namespace cli {
namespace {

constexpr Colour kBlack = {0, 0, 0};
constexpr Colour kWhite = {255, 255, 255};

// Half open, in pixels.
struct Rect {
  int x0, y0, x1, y1;

  bool Overlaps(const Rect& other) const {
    return x0 < other.x1 && other.x0 < x1 && y0 < other.y1 && other.y0 < y1;
  }
};

// Sizes that suit the picture, in pixels.
struct Pen {
  int line;    // of a box
  int edge;    // dark rim on both sides of a line
  float dot;   // of the font
  int margin;  // of a plate around its text
};

Pen PenFor(const Picture& picture) {
  const float side = std::min(picture.width, picture.height);
  Pen pen;
  pen.line = std::max(2, static_cast<int>(side / 200));
  pen.edge = std::max(1, pen.line / 2);
  pen.dot = std::max(1.5f, side / 260);
  pen.margin = static_cast<int>(std::ceil(1.5f * pen.dot));
  return pen;
}

void Blend(Colour colour, float alpha, uint8_t* pixel) {
  const uint8_t channels[] = {colour.r, colour.g, colour.b};
  for (int c = 0; c < 3; ++c) {
    pixel[c] += std::lround((channels[c] - pixel[c]) * alpha);
  }
}

void Fill(const Rect& rect, Colour colour, Picture* picture) {
  const int x1 = std::min<int>(rect.x1, picture->width);
  const int y1 = std::min<int>(rect.y1, picture->height);
  for (int y = std::max(rect.y0, 0); y < y1; ++y) {
    for (int x = std::max(rect.x0, 0); x < x1; ++x) {
      Blend(colour, 1, picture->pixel(x, y));
    }
  }
}

// The frame between `outer` and the rectangle `width` pixels further inside.
void Frame(const Rect& outer, int width, Colour colour, Picture* picture) {
  const int top = std::min(outer.y0 + width, outer.y1);
  const int bottom = std::max(outer.y1 - width, top);
  const int left = std::min(outer.x0 + width, outer.x1);
  const int right = std::max(outer.x1 - width, left);
  Fill({outer.x0, outer.y0, outer.x1, top}, colour, picture);
  Fill({outer.x0, bottom, outer.x1, outer.y1}, colour, picture);
  Fill({outer.x0, top, left, bottom}, colour, picture);
  Fill({right, top, outer.x1, bottom}, colour, picture);
}

// The box's outline, moved inside the picture where it would leave it.
Rect Outline(const Annotation& a, const Picture& picture) {
  const int width = picture.width;
  const int height = picture.height;
  Rect rect;
  rect.x0 = std::clamp(static_cast<int>(std::floor(a.x0)), 0, width - 1);
  rect.y0 = std::clamp(static_cast<int>(std::floor(a.y0)), 0, height - 1);
  rect.x1 = std::clamp(static_cast<int>(std::ceil(a.x1)), rect.x0 + 1, width);
  rect.y1 = std::clamp(static_cast<int>(std::ceil(a.y1)), rect.y0 + 1, height);
  return rect;
}

void DrawBox(const Annotation& a, const Pen& pen, Picture* picture) {
  const Rect rect = Outline(a, *picture);
  Frame(rect, pen.line + 2 * pen.edge, kBlack, picture);
  const Rect inner = {rect.x0 + pen.edge, rect.y0 + pen.edge,
                      rect.x1 - pen.edge, rect.y1 - pen.edge};
  Frame(inner, pen.line, ClassColour(a.class_id), picture);
}

// One character for each code point; bytes that continue one are dropped.
std::string OnePerCodePoint(const std::string& utf8) {
  std::string text;
  for (const char c : utf8) {
    if ((c & 0xc0) != 0x80) text += c;
  }
  return text;
}

// Ink at a point of a glyph, in dots: bilinear between the dots' centres, so
// that strokes are smooth at any size.
float Ink(char c, float x, float y) {
  const int x0 = static_cast<int>(std::floor(x - 0.5f));
  const int y0 = static_cast<int>(std::floor(y - 0.5f));
  const float u = x - 0.5f - x0;
  const float v = y - 0.5f - y0;
  return (1 - v) *
             ((1 - u) * GlyphDot(c, x0, y0) + u * GlyphDot(c, x0 + 1, y0)) +
         v * ((1 - u) * GlyphDot(c, x0, y0 + 1) +
              u * GlyphDot(c, x0 + 1, y0 + 1));
}

void DrawGlyph(char c, const Rect& cell, float dot, Colour colour,
               Picture* picture) {
  constexpr float kStroke = 0.42f;  // below 1/2: diagonals stay connected
  const int x1 = std::min<int>(cell.x1, picture->width);
  const int y1 = std::min<int>(cell.y1, picture->height);
  for (int y = std::max(cell.y0, 0); y < y1; ++y) {
    for (int x = std::max(cell.x0, 0); x < x1; ++x) {
      const float ink =
          Ink(c, (x - cell.x0 + 0.5f) / dot - 0.5f, (y - cell.y0 + 0.5f) / dot);
      const float alpha = std::clamp((ink - kStroke) * dot + 0.5f, 0.f, 1.f);
      if (alpha > 0) Blend(colour, alpha, picture->pixel(x, y));
    }
  }
}

// A label that knows its size but not yet its place.
struct Label {
  std::string text;
  float dot;
  int margin;
  int width;
  int height;
};

int Advance(float dot) {
  return static_cast<int>(std::ceil((kGlyphWidth + 1) * dot));
}

// Smaller than the pen says where it would be wider than the picture.
Label MakeLabel(const std::string& utf8, const Pen& pen,
                const Picture& picture) {
  Label label;
  label.text = OnePerCodePoint(utf8);
  const int count = std::max<int>(label.text.size(), 1);
  label.margin = pen.margin;
  const int room = static_cast<int>(picture.width) - 2 * pen.margin - count;
  const float fits = room / static_cast<float>((kGlyphWidth + 1) * count);
  label.dot = std::max(1.f, std::min(pen.dot, fits));
  label.width = count * Advance(label.dot) + 2 * label.margin;
  label.height =
      static_cast<int>(std::ceil(kGlyphHeight * label.dot)) + 2 * label.margin;
  return label;
}

// Above the box, inside its top, inside its bottom, below: the first place in
// the picture that no other label has; else inside the top.
Rect PlaceLabel(const Label& label, const Rect& box,
                const std::vector<Rect>& taken, const Picture& picture) {
  const int width = picture.width;
  const int height = picture.height;
  const int x = std::clamp(box.x0, 0, std::max(0, width - label.width));
  const int tops[] = {box.y0 - label.height, box.y0, box.y1 - label.height,
                      box.y1};
  for (const int y : tops) {
    const Rect rect = {x, y, x + label.width, y + label.height};
    const bool inside = y >= 0 && rect.y1 <= height;
    const bool free =
        std::none_of(taken.begin(), taken.end(),
                     [&](const Rect& other) { return other.Overlaps(rect); });
    if (inside && free) return rect;
  }
  const int y = std::clamp(box.y0, 0, std::max(0, height - label.height));
  return {x, y, x + label.width, y + label.height};
}

// Black or white, whichever stands out from the plate (Rec. 601 luma).
Colour InkOn(Colour plate) {
  const float luma = 0.299f * plate.r + 0.587f * plate.g + 0.114f * plate.b;
  return luma > 128 ? kBlack : kWhite;
}

void DrawLabel(const Label& label, const Rect& place, int32_t class_id,
               Picture* picture) {
  const Colour colour = ClassColour(class_id);
  Fill(place, colour, picture);
  int x = place.x0 + label.margin;
  const int y = place.y0 + label.margin;
  const int advance = Advance(label.dot);
  for (const char c : label.text) {
    const Rect cell = {x, y, x + advance, place.y1};
    DrawGlyph(c, cell, label.dot, InkOn(colour), picture);
    x += advance;
  }
}

}  // namespace

Colour ClassColour(int32_t class_id) {
  // The golden angle leaves the widest gaps however many classes there are.
  const double golden = 2 - std::numbers::phi;
  const double turn = class_id * golden + 0.37;
  const double hue = 6 * (turn - std::floor(turn));
  const auto channel = [hue](double peak) {
    const double distance = std::fabs(std::remainder(hue - peak, 6));
    const double level = std::clamp(2 - distance, 0.0, 1.0);
    return static_cast<uint8_t>(std::lround(40 + 215 * level));
  };
  return {channel(0), channel(2), channel(4)};
}

void DrawAnnotations(const std::vector<Annotation>& annotations,
                     Picture* picture) {
  if (picture->rgb.empty()) return;
  const Pen pen = PenFor(*picture);
  for (auto a = annotations.rbegin(); a != annotations.rend(); ++a) {
    DrawBox(*a, pen, picture);
  }
  std::vector<Rect> taken;
  std::vector<Label> labels;
  for (const Annotation& a : annotations) {
    labels.push_back(MakeLabel(a.text, pen, *picture));
    taken.push_back(
        PlaceLabel(labels.back(), Outline(a, *picture), taken, *picture));
  }
  for (size_t i = annotations.size(); i-- > 0;) {
    DrawLabel(labels[i], taken[i], annotations[i].class_id, picture);
  }
}

}  // namespace cli
