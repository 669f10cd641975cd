// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// A small bitmap font for printable ASCII.
#ifndef YOLO_SAMPLES_CLI_FONT_H_
#define YOLO_SAMPLES_CLI_FONT_H_

namespace cli {

// A glyph is kGlyphWidth x kGlyphHeight dots; capitals stand on the baseline
// below dot row kGlyphCapital - 1 and end at the top row.
inline constexpr int kGlyphWidth = 5;
inline constexpr int kGlyphHeight = 9;
inline constexpr int kGlyphCapital = 7;

// Whether the glyph of `c` has ink at dot (x, y); false outside the glyph.
// Characters that are not printable ASCII show as an empty box.
bool GlyphDot(char c, int x, int y);

}  // namespace cli

#endif  // YOLO_SAMPLES_CLI_FONT_H_
