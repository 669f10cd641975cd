// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo eval with a model: images, classes, results, what is said of them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "cli/command.h"

using namespace yolo::testing;
using nlohmann::json;

namespace {

constexpr char kThreshold[] = "0.05";

// The sample photos with what the built-in model finds in them as their truth:
// it can but be right.
struct Truth {
  Folder folder;
  json annotations;

  Truth() {
    const Outcome run = Yolo({"detect", "--json", "--threshold", kThreshold,
                              SourcePath("samples/images")});
    REQUIRE(run.exit_code == 0);
    std::ifstream names(NanoModel("coco.names"));
    int id = 100;
    for (std::string name; std::getline(names, name);) {
      annotations["categories"].push_back({{"id", id++}, {"name", name}});
    }
    for (const json& line : run.Lines()) AddImage(line);
    REQUIRE(annotations["annotations"].size() >= 3);
    Write();
  }

  void AddImage(const json& line) {
    const size_t id = annotations["images"].size() + 1;
    const std::string path = line.at("image");
    annotations["images"].push_back(
        {{"id", id},
         {"file_name", path.substr(path.rfind('/') + 1)},
         {"width", line.at("width")},
         {"height", line.at("height")}});
    for (const json& d : line.at("detections")) {
      const json& box = d.at("box");
      const double w = box[2].get<double>() - box[0].get<double>();
      const double h = box[3].get<double>() - box[1].get<double>();
      annotations["annotations"].push_back(
          {{"id", annotations["annotations"].size() + 1},
           {"image_id", id},
           {"category_id", 100 + d.at("class_id").get<int>()},
           {"bbox", {box[0], box[1], w, h}},
           {"iscrowd", 0}});
    }
  }

  void Write() const { std::ofstream(path()) << annotations; }
  std::string path() const { return folder / "truth.json"; }

  Outcome Run(const std::vector<std::string>& more,
              const std::string& images = SourcePath("samples/images")) const {
    std::vector<std::string> arguments = {"eval", "--annotations", path(),
                                          "--images", images};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Yolo(arguments);
  }
};

json OneLineOf(const Outcome& run) {
  CAPTURE(run.err);
  const auto lines = run.Lines();
  REQUIRE(lines.size() == 1);
  return lines[0];
}

}  // namespace

TEST_CASE("a model is right about what it found itself") {
  const Truth truth;
  const Outcome run = truth.Run({"--json", "--threshold", kThreshold});
  CHECK(run.exit_code == 0);
  const json out = OneLineOf(run);
  for (const size_t i : {0, 1, 2, 8}) {
    CAPTURE(i);
    CHECK(out["stats"][i].get<double>() == doctest::Approx(1));
  }
  CHECK(out.at("images") == 3);
  CHECK(out.at("objects") == truth.annotations["annotations"].size());
  CHECK(out.at("detections") == out.at("objects"));
  CHECK(out.at("failed").empty());
  CHECK(out.at("misfits").empty());
  CHECK(out.at("truncated_images") == 0);
  const json& timings = out.at("timings");
  CHECK(timings.at("seconds") > 0);
  CHECK(timings.at("images_per_second").get<double>() ==
        doctest::Approx(3 / timings.at("seconds").get<double>()));
  for (const char* stage : {"decode", "pack", "run", "extract"}) {
    CAPTURE(stage);
    CHECK(timings.at("mean_ms").at(stage) > 0);
  }
  CHECK(timings.at("callers") == 2);
  CHECK(timings.at("batch") == out.at("detector").at("lanes"));
  CHECK(out.at("detector").at("score_threshold") == doctest::Approx(0.05));
}

TEST_CASE("weak boxes count unless a threshold is named") {
  const Truth truth;
  const json out = OneLineOf(truth.Run({"--json"}));
  CHECK(out.at("detector").at("score_threshold") == doctest::Approx(0.001));
  CHECK(out.at("detections") > out.at("objects"));
}

TEST_CASE("results are COCO's, and evaluate to the same numbers") {
  const Truth truth;
  const std::string path = truth.folder / "results.json";
  const json out = OneLineOf(truth.Run({"--json", "--results", path}));
  const json results = json::parse(ReadText(path));
  CHECK(results.size() == out.at("detections"));
  for (const json& r : results) {
    REQUIRE(r.size() == 4);
    CHECK(r.at("image_id") >= 1);
    CHECK(r.at("image_id") <= 3);
    CHECK(r.at("category_id") >= 100);
    CHECK(r.at("category_id") < 180);
    CHECK(r.at("bbox").size() == 4);
    CHECK(r.at("bbox")[2] >= 0);
    CHECK(r.at("score") > 0.001);
  }
  const json again = OneLineOf(Yolo(
      {"eval", "--annotations", truth.path(), "--detections", path, "--json"}));
  CHECK(again.at("stats") == out.at("stats"));
  CHECK(again.at("per_class") == out.at("per_class"));
}

TEST_CASE("callers and batches change nothing but the time") {
  const Truth truth;
  json want;
  for (const auto& load :
       {std::pair("1", "1"), {"1", "3"}, {"5", "1"}, {"8", "2"}, {"2", "64"}}) {
    const std::string callers = load.first, batch = load.second;
    CAPTURE(callers);
    CAPTURE(batch);
    const std::string path = truth.folder / "results.json";
    const json out = OneLineOf(truth.Run(
        {"--json", "--callers", callers, "--batch", batch, "--results", path}));
    CHECK(std::to_string(out["timings"]["callers"].get<int>()) == callers);
    CHECK(std::to_string(out["timings"]["batch"].get<int>()) == batch);
    const json results = json::parse(ReadText(path));
    if (want.is_null()) want = results;
    CHECK(results == want);
  }
}

TEST_CASE("images that cannot be read are listed, counted, and empty") {
  Truth truth;
  const json before =
      OneLineOf(truth.Run({"--json", "--threshold", kThreshold}));
  // Two more, each with a person: one is not there, one is no image.
  for (const char* name : {"nowhere.jpg", "text.jpg"}) {
    truth.AddImage(
        {{"image", name},
         {"width", 100},
         {"height", 100},
         {"detections", {{{"class_id", 0}, {"box", {10, 10, 90, 90}}}}}});
  }
  truth.Write();
  for (const char* name : {"astronaut.jpg", "cat.jpg", "coffee.jpg"}) {
    std::filesystem::copy_file(SourcePath("samples/images/") + name,
                               truth.folder / name);
  }
  std::ofstream(truth.folder / "text.jpg") << "not a photo";
  const std::string images = truth.folder / "";
  const Outcome run = truth.Run({"--json", "--threshold", kThreshold}, images);
  CHECK(run.exit_code == 1);
  const json out = OneLineOf(run);
  REQUIRE(out.at("failed").size() == 2);
  CHECK(out["failed"][0].at("image") == images + "nowhere.jpg");
  CHECK(out["failed"][0].at("status") == "YOLO_ERROR_IO");
  CHECK(out["failed"][1].at("image") == images + "text.jpg");
  CHECK(out["failed"][1].at("status") == "YOLO_ERROR_BAD_IMAGE");
  CHECK(out.at("images") == 5);
  CHECK(out.at("objects").get<int>() == before.at("objects").get<int>() + 2);
  CHECK(out.at("detections") == before.at("detections"));
  CHECK(out["stats"][8].get<double>() < before["stats"][8].get<double>());

  const Outcome text = truth.Run({"--threshold", kThreshold}, images);
  CHECK(text.exit_code == 1);
  CHECK(text.out.find("2 of 5 images failed, counted as empty:\n  " + images +
                      "nowhere.jpg: No such file or directory") !=
        std::string::npos);
}

TEST_CASE("an image that is not as large as annotated is named") {
  Truth truth;
  truth.annotations["images"][1]["width"] = 77;
  truth.Write();
  const Outcome run = truth.Run({"--json"});
  CHECK(run.exit_code == 0);
  const json out = OneLineOf(run);
  REQUIRE(out.at("misfits").size() == 1);
  CHECK(out["misfits"][0].at("annotated_width") == 77);
  CHECK(truth.Run({}).out.find("1 images are not as large as annotated:\n") !=
        std::string::npos);
}

TEST_CASE("text ends with the rate, the stages, and what was cut") {
  const Truth truth;
  const Outcome run = truth.Run({"--max-detections", "1", "--per-class"});
  CHECK(run.exit_code == 0);
  CHECK(run.out.starts_with("yolov4-nano (built in), "));
  for (const char* part :
       {"score above 0.001", "= 0.", "traffic light", " images/s: 3 images in ",
        "mean of an image: decode ", ", extract ", "(--max-detections)\n"}) {
    CAPTURE(part);
    CHECK(run.out.find(part) != std::string::npos);
  }
}

TEST_CASE("classes find their categories by name") {
  Truth truth;
  const json want = OneLineOf(truth.Run({"--json"}));
  // COCO's own names, in another order and another hand.
  json& categories = truth.annotations["categories"];
  for (json& category : categories) {
    std::string name = category["name"];
    if (name == "sofa") name = "couch";
    if (name == "tvmonitor") name = "TV";
    if (name == "aeroplane") name = "airplane";
    if (name == "motorbike") name = "Motorcycle";
    if (name == "traffic light") name = "Traffic_Light";
    category["name"] = name;
  }
  std::reverse(categories.begin(), categories.end());
  truth.Write();
  const Outcome run = truth.Run({"--json"});
  CHECK(run.exit_code == 0);
  CHECK(OneLineOf(run).at("stats") == want.at("stats"));
}

TEST_CASE("classes without a category are an error that names them all") {
  Truth truth;
  json kept;
  for (const json& category : truth.annotations["categories"]) {
    if (category["name"] != "zebra" && category["name"] != "oven") {
      kept.push_back(category);
    }
  }
  truth.annotations["categories"] = kept;
  truth.Write();
  const Outcome run = truth.Run({});
  CHECK(run.exit_code == 2);
  CHECK(run.out == "");
  CHECK(run.err.find("no category for 2 of the model's 80 classes: zebra, "
                     "oven; ") != std::string::npos);
  // Classes that are not reported need none, and their categories are named.
  const Outcome some = truth.Run({"--classes", "0,15,41"});
  CHECK(some.exit_code == 0);
  CHECK(some.err.find("for 75 of 78 categories") != std::string::npos);
}

TEST_CASE("a name that two categories share is an error") {
  Truth truth;
  truth.annotations["categories"][1]["name"] = "Person";
  truth.Write();
  const Outcome run = truth.Run({});
  CHECK(run.exit_code == 2);
  CHECK(run.err.find("more than one category is called person") !=
        std::string::npos);
}

TEST_CASE("80 classes without labels are COCO's where its ids are") {
  Truth truth;
  const json want = OneLineOf(truth.Run({"--json"}));
  const std::string empty = truth.folder / "empty.names";
  std::ofstream(empty) << "\n";
  const Outcome other = truth.Run({"--labels", empty});
  CHECK(other.exit_code == 2);
  CHECK(other.err.find("80 of the model's 80 classes: class 0, class 1") !=
        std::string::npos);

  // COCO's numbering leaves these out.
  const std::vector<int> absent = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83};
  std::vector<int> ids;
  for (int id = 1; id <= 90; ++id) {
    if (std::count(absent.begin(), absent.end(), id) == 0) ids.push_back(id);
  }
  REQUIRE(ids.size() == 80);
  for (json& category : truth.annotations["categories"]) {
    category["id"] = ids[category["id"].get<size_t>() - 100];
    category["name"] = "unlike " + std::to_string(category["id"].get<int>());
  }
  for (json& object : truth.annotations["annotations"]) {
    object["category_id"] = ids[object["category_id"].get<size_t>() - 100];
  }
  truth.Write();
  const Outcome run = truth.Run({"--json", "--labels", empty});
  CHECK(run.exit_code == 0);
  CHECK(OneLineOf(run).at("stats") == want.at("stats"));
}

TEST_CASE("results that cannot be written end with 4, before the work") {
  const Truth truth;
  const Outcome run = truth.Run({"--results", truth.folder / "no/r.json"});
  CHECK(run.exit_code == 4);
  CHECK(run.err.find("no/r.json: No such file or directory") !=
        std::string::npos);
  CHECK(run.out == "");
  const Outcome full = truth.Run({"--results", "/dev/full"});
  CHECK(full.exit_code == 4);
  CHECK(full.err.find("/dev/full: No space left on device") !=
        std::string::npos);
}

TEST_CASE("wrong usage of eval ends with 2 and names the option") {
  const struct {
    std::vector<std::string> arguments;
    const char* names;
  } cases[] = {
      {{"--images", "i"}, "--annotations is required"},
      {{"--annotations", "a"}, "--images, or --detections, is required"},
      {{"--annotations", "a", "--detections", "d", "--images", "i"},
       "--detections: cannot go with --images"},
      {{"--annotations", "a", "--detections", "d", "--model", "m"},
       "--detections: cannot go with --model"},
      {{"--annotations", "a", "--detections", "d", "--results", "r"},
       "--detections: cannot go with --results"},
      {{"--annotations", "a", "--images", "i", "--callers", "0"}, "--callers"},
      {{"--annotations", "a", "--images", "i", "--batch", "x"}, "--batch"},
  };
  for (const auto& c : cases) {
    std::vector<std::string> arguments = {"eval"};
    arguments.insert(arguments.end(), c.arguments.begin(), c.arguments.end());
    const Outcome run = Yolo(arguments);
    CAPTURE(c.names);
    CAPTURE(run.err);
    CHECK(run.exit_code == 2);
    CHECK(run.err.find(c.names) != std::string::npos);
    CHECK(run.out == "");
  }
}
