// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo detect --output: files, sizes, pixels.
#include <doctest/doctest.h>
#include <png.h>

#include "cli/command.h"

namespace fs = std::filesystem;
using namespace yolo::testing;

namespace {

struct Pixels {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;  // [height][width][3]

  const uint8_t* at(int x, int y) const {
    return rgb.data() + (y * width + x) * 3;
  }
};

Pixels ReadPng(const std::string& path) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  REQUIRE(png_image_begin_read_from_file(&image, path.c_str()));
  image.format = PNG_FORMAT_RGB;
  Pixels pixels;
  pixels.width = image.width;
  pixels.height = image.height;
  pixels.rgb.resize(PNG_IMAGE_SIZE(image));
  REQUIRE(
      png_image_finish_read(&image, nullptr, pixels.rgb.data(), 0, nullptr));
  return pixels;
}

bool Same(const Pixels& a, const Pixels& b, int x, int y) {
  return std::equal(a.at(x, y), a.at(x, y) + 3, b.at(x, y));
}

// The photo as drawn when nothing is found: no box scores more than 1.
Pixels Plain(const Folder& folder, const std::string& photo,
             std::vector<std::string> extra = {}) {
  std::vector<std::string> arguments = {
      "detect", "--threshold", "1", "--output", folder / "plain.png", photo};
  arguments.insert(arguments.end(), extra.begin(), extra.end());
  REQUIRE(Yolo(arguments).exit_code == 0);
  return ReadPng(folder / "plain.png");
}

}  // namespace

TEST_CASE("the drawing has the photo's size, as JPEG and as PNG") {
  const Folder folder;
  for (const char* name : {"a.jpg", "a.JPEG", "a.png"}) {
    CAPTURE(name);
    REQUIRE(Yolo({"detect", "--output", folder / name, Cat()}).exit_code == 0);
    const auto bytes = ReadFile(folder / name);
    REQUIRE(bytes.size() > 1000);
    CHECK(bytes[0] == (std::string(name) == "a.png" ? 0x89 : 0xff));
    const auto line = Yolo({"detect", "--json", folder / name}).Lines().at(0);
    CHECK(line["status"] == "YOLO_OK");
    CHECK(line["width"] == 451);
    CHECK(line["height"] == 300);
  }
}

TEST_CASE("a box is drawn on its edges, its label inside the picture") {
  const Folder folder;
  const Pixels plain = Plain(folder, Astronaut());
  const Outcome run =
      Yolo({"detect", "--json", "--output", folder / "a.png", Astronaut()});
  const auto detections = run.Lines().at(0)["detections"];
  REQUIRE(detections.size() == 1);
  const Pixels drawn = ReadPng(folder / "a.png");
  REQUIRE(drawn.rgb.size() == plain.rgb.size());
  // The box spans the picture's height, so its label lies inside its top.
  const int left = static_cast<int>(detections[0]["box"][0].get<double>());
  const int right = static_cast<int>(detections[0]["box"][2].get<double>());
  int edge = 0, label = 0, inside = 0, outside = 0;
  for (int y = 0; y < plain.height; ++y) {
    edge += !Same(plain, drawn, right - 2, y);
    for (int x = left + 10; x < right - 10; ++x) {
      const bool changed = !Same(plain, drawn, x, y);
      (y < 60 ? label : inside) += changed && y < plain.height - 10;
    }
    for (int x = right + 2; x < plain.width; ++x) {
      outside += !Same(plain, drawn, x, y);
    }
  }
  CHECK(edge > 0.9 * plain.height);
  CHECK(label > 500);
  CHECK(inside == 0);
  CHECK(outside == 0);
}

TEST_CASE("every EXIF orientation is drawn upright") {
  const Folder folder;
  const std::string photo = folder / "photo.jpg";
  const Pixels stored = Plain(folder, Cat());
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    WriteFile(photo, WithOrientation(ReadFile(Cat()), orientation));
    const Pixels upright = Plain(folder, photo);
    const bool turned = orientation >= 5;
    REQUIRE(upright.width == (turned ? stored.height : stored.width));
    REQUIRE(upright.height == (turned ? stored.width : stored.height));
    // Where EXIF 2.32 puts the stored first row and first column: the row at
    // the top (1, 2), bottom (3, 4), left (5, 8) or right (6, 7).
    const int right = upright.width - 1;
    const int bottom = upright.height - 1;
    const int origin[9][2] = {{},          {0, 0}, {right, 0}, {right, bottom},
                              {0, bottom}, {0, 0}, {right, 0}, {right, bottom},
                              {0, bottom}};
    // One step along the stored first row.
    const int along[9][2] = {{},     {1, 0}, {-1, 0}, {-1, 0}, {1, 0},
                             {0, 1}, {0, 1}, {0, -1}, {0, -1}};
    int wrong = 0;
    for (int i = 0; i < stored.width; ++i) {
      const uint8_t* got =
          upright.at(origin[orientation][0] + i * along[orientation][0],
                     origin[orientation][1] + i * along[orientation][1]);
      wrong += !std::equal(got, got + 3, stored.at(i, 0));
    }
    CHECK(wrong == 0);
    CHECK(Plain(folder, photo, {"--no-exif"}).rgb == stored.rgb);
  }
}

TEST_CASE("a folder of drawings has each image under its name") {
  const Folder folder;
  fs::create_directory(folder / "in");
  fs::copy_file(Cat(), folder / "in/astronaut.jpg");
  const Outcome run =
      Yolo({"detect", "--output", folder / "new/out", Astronaut(), Coffee(),
            folder / "in", "/no/such/photo.jpg"});
  CHECK(run.exit_code == 1);
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry :
       fs::directory_iterator(folder / "new/out")) {
    ++count;
  }
  CHECK(count == 3);
  const auto lines = Yolo({"detect", "--json", folder / "new/out"}).Lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0]["image"] == folder / "new/out/astronaut-2.jpg");
  CHECK(lines[0]["width"] == 451);
  CHECK(lines[1]["image"] == folder / "new/out/astronaut.jpg");
  CHECK(lines[2]["image"] == folder / "new/out/coffee.jpg");
}

TEST_CASE("a drawing never replaces an input") {
  const Folder folder;
  fs::copy_file(Cat(), folder / "cat.jpg");
  const auto before = ReadFile(folder / "cat.jpg");
  CHECK(
      Yolo({"detect", "--output", folder / "", folder / "cat.jpg"}).exit_code ==
      2);
  CHECK(Yolo({"detect", "--output", folder / "./cat.jpg", folder / "cat.jpg"})
            .exit_code == 2);
  CHECK(ReadFile(folder / "cat.jpg") == before);
}
