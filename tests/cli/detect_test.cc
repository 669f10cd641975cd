// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo detect: reports, order, failures, exit status.
#include <doctest/doctest.h>

#include "cli/command.h"

namespace fs = std::filesystem;
using namespace yolo::testing;

namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the built-in model finds the astronaut and says that it is weak") {
  // OpenCV 4.6's DNN gives this photo one box above 0.25 after NMS: person,
  // 0.581, which clipped is 0 0 381.5 512.
  const Outcome run =
      Yolo({"detect", "--json", "--profile", "opencv", "--precision", "f32",
            "--decode", "exact", Astronaut()});
  REQUIRE(run.exit_code == 0);
  const nlohmann::json line = run.Lines().at(0);
  REQUIRE(line["detections"].size() == 1);
  const nlohmann::json found = line["detections"][0];
  CHECK(found["class_id"] == 0);
  CHECK(found["label"] == "person");
  CHECK(std::abs(found["score"].get<double>() - 0.581) < 0.01);
  CHECK(std::abs(found["box"][0].get<double>() - 0) < 2);
  CHECK(std::abs(found["box"][1].get<double>() - 0) < 2);
  CHECK(std::abs(found["box"][2].get<double>() - 381.5) < 2);
  CHECK(std::abs(found["box"][3].get<double>() - 512) < 2);
  CHECK(Contains(run.err, "AP50 8.4"));
  CHECK(Contains(run.err, "github.com/AlexeyAB/darknet/releases"));
  CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
}

TEST_CASE("a model of the user's brings no notice") {
  const Outcome run =
      Yolo({"detect", "--model", NanoModel("yolov4-nano.cfg"), Astronaut()});
  CHECK(run.exit_code == 0);
  CHECK(run.err == "");
}

TEST_CASE("each image gives one JSON line, in order, failures included") {
  const Folder folder;
  const std::string broken = folder / "broken.jpg";
  const std::string missing = folder / "missing.jpg";
  const std::string empty = folder / "empty.jpg";
  WriteFile(broken, {'n', 'o', ' ', 'J', 'P', 'E', 'G'});
  WriteFile(empty, {});
  const std::vector<std::string> images = {Astronaut(), broken, Cat(),
                                           missing,     empty,  Coffee()};
  std::vector<std::string> arguments = {"detect", "--json", "--lanes", "2"};
  arguments.insert(arguments.end(), images.begin(), images.end());
  const Outcome run = Yolo(arguments);
  CHECK(run.exit_code == 1);
  CHECK(Contains(run.err, "3 of 6 images failed"));
  const std::vector<nlohmann::json> lines = run.Lines();
  REQUIRE(lines.size() == images.size());
  for (size_t i = 0; i < images.size(); ++i) {
    CAPTURE(images[i]);
    CHECK(lines[i]["image"] == images[i]);
    const bool ok = i == 0 || i == 2 || i == 5;
    CHECK((lines[i]["status"] == "YOLO_OK") == ok);
    CHECK(lines[i].contains("message") == !ok);
    CHECK((lines[i]["width"] > 0) == ok);
    CHECK(lines[i]["detections"].is_array());
    for (const char* stage : {"decode", "pack", "run", "extract"}) {
      CHECK(lines[i]["ns"][stage].is_number_unsigned());
    }
  }
  CHECK(lines[1]["status"] == "YOLO_ERROR_BAD_IMAGE");
  CHECK(lines[3]["status"] == "YOLO_ERROR_IO");
  CHECK_FALSE(Contains(lines[1]["message"], "image "));  // no index in a batch
  CHECK(lines[3]["message"] == "No such file or directory");
  CHECK(lines[4]["status"] == "YOLO_ERROR_IO");
  CHECK(lines[0]["width"] == 512);
  CHECK(lines[2]["width"] == 451);
  CHECK(lines[2]["height"] == 300);
}

TEST_CASE("an image among many has the boxes that it has alone") {
  std::vector<std::string> arguments = {"detect", "--json", "--threshold",
                                        "0.05"};
  for (int i = 0; i < 20; ++i) {
    arguments.push_back(i % 3 == 0   ? Astronaut()
                        : i % 3 == 1 ? Cat()
                                     : Coffee());
  }
  const auto lines = Yolo(arguments).Lines();
  REQUIRE(lines.size() == 20);
  for (size_t i = 3; i < lines.size(); ++i) {
    CHECK(lines[i]["detections"] == lines[i % 3]["detections"]);
  }
}

TEST_CASE("the table names the image, its size, and each object") {
  const Outcome run = Yolo({"detect", Astronaut(), "/no/such/photo.jpg"});
  CHECK(run.exit_code == 1);
  CHECK(Contains(run.out, Astronaut() + ": 512 x 512, 1 object, "));
  CHECK(Contains(run.out, "\n  person  0."));
  CHECK(Contains(run.out,
                 "/no/such/photo.jpg: failed: No such file or directory "
                 "(YOLO_ERROR_IO)\n"));
}

TEST_CASE("a folder stands for its pictures by name, without subfolders") {
  const Folder folder;
  for (const char* name : {"b.JPG", "a.jpeg", "notes.txt", "c.jpg"}) {
    fs::copy_file(Cat(), folder / name);
  }
  fs::create_directory(folder / "z.jpg");
  const auto lines = Yolo({"detect", "--json", folder / ""}).Lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0]["image"] == folder / "a.jpeg");
  CHECK(lines[1]["image"] == folder / "b.JPG");
  CHECK(lines[2]["image"] == folder / "c.jpg");

  const Outcome none = Yolo({"detect", "--json", folder / "z.jpg"});
  CHECK(none.exit_code == 1);
  CHECK(none.Lines().at(0)["image"] == folder / "z.jpg");
  CHECK(none.Lines().at(0)["status"] == "YOLO_ERROR_IO");
}

TEST_CASE("a PNG has the boxes of the JPEG that it was made from") {
  const Folder folder;
  // Nothing scores more than 1: the photo without boxes.
  REQUIRE(Yolo({"detect", "--threshold", "1", "--output", folder / "a.png",
                Astronaut()})
              .exit_code == 0);
  const auto lines = Yolo({"detect", "--json", "--decode", "exact",
                           "--precision", "f32", Astronaut(), folder / "a.png"})
                         .Lines();
  REQUIRE(lines.size() == 2);
  REQUIRE(lines[1]["status"] == "YOLO_OK");
  CHECK(lines[1]["width"] == 512);
  REQUIRE(lines[0]["detections"].size() == 1);
  REQUIRE(lines[1]["detections"].size() == 1);
  const double jpeg = lines[0]["detections"][0]["score"];
  const double png = lines[1]["detections"][0]["score"];
  CHECK(std::abs(jpeg - png) < 0.01);
}

TEST_CASE("a photo counts upright unless --no-exif is given") {
  const Folder folder;
  const std::string turned = folder / "turned.jpg";
  WriteFile(turned, WithOrientation(ReadFile(Cat()), 6));
  const auto upright = Yolo({"detect", "--json", turned}).Lines().at(0);
  CHECK(upright["width"] == 300);
  CHECK(upright["height"] == 451);
  CHECK(upright["orientation"] == 6);
  const auto stored =
      Yolo({"detect", "--json", "--no-exif", turned}).Lines().at(0);
  CHECK(stored["width"] == 451);
  CHECK(stored["height"] == 300);
}

TEST_CASE("thresholds, classes and limits reach the library") {
  const auto boxes = [](std::vector<std::string> extra) {
    std::vector<std::string> arguments = {"detect", "--json", Astronaut()};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    return Yolo(arguments).Lines().at(0);
  };
  const auto all = boxes({"--threshold", "0.02"});
  REQUIRE(all["detections"].size() > 3);
  CHECK(boxes({"--threshold", "0.5"})["detections"].size() == 1);
  CHECK(boxes({"--classes", "1,2"})["detections"].empty());
  CHECK(boxes({"--classes", "2,0"})["detections"].size() == 1);
  CHECK(boxes({"--nms", "none", "--threshold", "0.02"})["detections"].size() >
        all["detections"].size());
  const auto cut = boxes({"--threshold", "0.02", "--max-detections", "2"});
  CHECK(cut["detections"].size() == 2);
  CHECK(cut["found"] == all["detections"].size());
  CHECK(cut["truncated"] == nlohmann::json({"detections"}));
}

TEST_CASE("weights and labels beside the model are found") {
  const Folder folder;
  fs::copy_file(NanoModel("yolov4-nano.cfg"), folder / "m.cfg");
  const std::vector<std::string> arguments = {"detect", "--json", "--model",
                                              folder / "m.cfg", Astronaut()};
  Outcome run = Yolo(arguments);
  CHECK(run.exit_code == 3);
  CHECK(Contains(run.err, folder / "m.weights: no such file"));
  CHECK(Contains(run.err, "--weights"));

  fs::copy_file(NanoModel("yolov4-nano.weights"), folder / "m.weights");
  const auto label = [&] {
    return Yolo(arguments).Lines().at(0)["detections"].at(0)["label"];
  };
  CHECK(label() == "");
  std::ofstream(folder / "coco.names") << "one\ntwo\n";
  CHECK(label() == "");  // of another model: it has two names
  CHECK(Contains(Yolo(arguments).err, "coco.names is not used"));
  fs::copy_file(NanoModel("coco.names"), folder / "m.names");
  CHECK(label() == "person");
}
