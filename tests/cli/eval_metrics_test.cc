// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// yolo eval on results that are there: numbers of pycocotools, and bad files.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>

#include "cli/command.h"

using namespace yolo::testing;
using nlohmann::json;

namespace {

constexpr double kTolerance = 1e-6;

// Annotations and results as files.
struct Files {
  Files(const json& annotations, const json& results)
      : Files(annotations.dump(), results.dump()) {}
  Files(const std::string& annotations, const std::string& results) {
    std::ofstream(truth()) << annotations;
    std::ofstream(found()) << results;
  }

  std::string truth() const { return folder / "truth.json"; }
  std::string found() const { return folder / "found.json"; }
  Outcome Run(std::vector<std::string> more) const {
    more.insert(more.begin(),
                {"eval", "--annotations", truth(), "--detections", found()});
    return Yolo(more);
  }

  Folder folder;
};

json Golden(const std::string& name) {
  std::ifstream file(SourcePath("tests/golden/coco/" + name + ".json"));
  REQUIRE(file.good());
  return json::parse(file);
}

constexpr char kImages[] = R"([{"id": 1, "file_name": "1.jpg"},
    {"id": 2, "file_name": "2.jpg"}])";
constexpr char kCategories[] = R"([{"id": 1, "name": "cat"},
    {"id": 2, "name": "dog"}])";

std::string Annotations(const std::string& objects) {
  return std::string(R"({"images": )") + kImages + R"(, "categories": )" +
         kCategories + R"(, "annotations": )" + objects + "}";
}

// The n-th object, of image 1.
std::string Object(int n, int category, const std::string& box,
                   bool crowd = false) {
  return R"({"id": )" + std::to_string(n) +
         R"(, "image_id": 1, "category_id": )" + std::to_string(category) +
         R"(, "bbox": )" + box + R"(, "iscrowd": )" + (crowd ? "1" : "0") + "}";
}

std::string Result(int category, const std::string& box, double score) {
  return R"({"image_id": 1, "category_id": )" + std::to_string(category) +
         R"(, "bbox": )" + box + R"(, "score": )" + std::to_string(score) + "}";
}

}  // namespace

TEST_CASE("the twelve metrics and those of each category are pycocotools'") {
  for (const char* name :
       {"crowded", "ties", "many", "areas", "odd", "nothing"}) {
    CAPTURE(name);
    const json golden = Golden(name);
    const Files files(golden.at("annotations"), golden.at("results"));
    const Outcome run = files.Run({"--json"});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
    const json out = run.Lines().at(0);
    const json& stats = out.at("stats");
    REQUIRE(stats.size() == 12);
    for (size_t i = 0; i < 12; ++i) {
      CAPTURE(i);
      CHECK(std::abs(stats[i].get<double>() -
                     golden["stats"][i].get<double>()) < kTolerance);
    }
    const json& classes = golden.at("per_class");
    REQUIRE(out.at("per_class").size() == classes.size());
    for (size_t i = 0; i < classes.size(); ++i) {
      const json& ours = out["per_class"][i];
      CHECK(ours.at("category_id") == classes[i][0]);
      const char* const keys[] = {"ap", "ap50", "ap75", "ar"};
      for (size_t k = 0; k < 4; ++k) {
        CAPTURE(keys[k]);
        CHECK(std::abs(ours.at(keys[k]).get<double>() -
                       classes[i][k + 1].get<double>()) < kTolerance);
      }
    }
    CHECK(out.at("detections").get<size_t>() <= golden["results"].size());
  }
}

TEST_CASE("text has COCO's own lines, then what was asked for") {
  const json golden = Golden("areas");
  const Files files(golden.at("annotations"), golden.at("results"));
  const Outcome run = files.Run({"--per-class"});
  REQUIRE(run.exit_code == 0);
  CHECK(run.err == "");
  CHECK(
      run.out ==
      "3 images, 24 objects and 0 crowds of 1 categories, 54 detections\n"
      " Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] "
      "= 0.654\n"
      " Average Precision  (AP) @[ IoU=0.50      | area=   all | maxDets=100 ] "
      "= 0.654\n"
      " Average Precision  (AP) @[ IoU=0.75      | area=   all | maxDets=100 ] "
      "= 0.654\n"
      " Average Precision  (AP) @[ IoU=0.50:0.95 | area= small | maxDets=100 ] "
      "= 0.716\n"
      " Average Precision  (AP) @[ IoU=0.50:0.95 | area=medium | maxDets=100 ] "
      "= 0.653\n"
      " Average Precision  (AP) @[ IoU=0.50:0.95 | area= large | maxDets=100 ] "
      "= 0.588\n"
      " Average Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=  1 ] "
      "= 0.125\n"
      " Average Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets= 10 ] "
      "= 0.667\n"
      " Average Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] "
      "= 0.750\n"
      " Average Recall     (AR) @[ IoU=0.50:0.95 | area= small | maxDets=100 ] "
      "= 0.818\n"
      " Average Recall     (AR) @[ IoU=0.50:0.95 | area=medium | maxDets=100 ] "
      "= 0.750\n"
      " Average Recall     (AR) @[ IoU=0.50:0.95 | area= large | maxDets=100 ] "
      "= 0.727\n"
      "category     AP   AP50   AP75     AR  objects  detections\n"
      "thing 1   0.654  0.654  0.654  0.750       24          54\n");
}

TEST_CASE("what is not there is -1, what is not found 0") {
  const Files files(Annotations("[" + Object(1, 1, "[0,0,50,50]") + "]"), "[]");
  const json out = files.Run({"--json"}).Lines().at(0);
  // 2500 square pixels: medium.
  CHECK(out.at("stats") == json({0, 0, 0, -1, 0, -1, 0, 0, 0, -1, 0, -1}));
  CHECK(out["per_class"][0].at("ap") == 0);
  CHECK(out["per_class"][1].at("ap") == -1);
  CHECK(out["per_class"][0].at("objects") == 1);
  CHECK(out.at("objects") == 1);
  CHECK(out.at("crowds") == 0);
  CHECK(out.at("images") == 2);
}

TEST_CASE("strays and the id 0 are said, once each") {
  const json golden = Golden("odd");
  const Files files(golden.at("annotations"), golden.at("results"));
  const Outcome run = files.Run({});
  CHECK(run.exit_code == 0);
  CHECK(run.err.find(files.truth() + ": 2 annotations of images or") !=
        std::string::npos);
  CHECK(run.err.find("the id 0") != std::string::npos);
  CHECK(run.err.find(files.found() + ": 1 results of categories") !=
        std::string::npos);
  CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 3);
}

TEST_CASE("confusion counts every object and every detection once") {
  const std::string objects = "[" + Object(1, 1, "[0,0,40,40]") + "," +
                              Object(2, 1, "[100,0,40,40]") + "," +
                              Object(3, 2, "[200,0,40,40]") + "," +
                              Object(4, 2, "[300,0,40,40]") + "," +
                              Object(5, 1, "[0,200,300,200]", true) + "]";
  const std::string results =
      "[" + Result(1, "[0,0,40,40]", 0.9) + "," +  // right
      Result(1, "[0,0,40,39]", 0.8) + "," +        // of nothing: it is taken
      Result(2, "[100,0,40,20]", 0.7) + "," +      // IoU 0.5: a dog for a cat
      Result(2, "[200,0,40,19]", 0.7) + "," +      // IoU below 0.5: of nothing
      Result(2, "[300,0,40,40]", 0.25) + "," +     // not above the threshold
      Result(1, "[10,210,50,50]", 0.9) + "," +     // in a crowd of cats
      Result(2, "[10,210,50,50]", 0.9) + "]";      // not in a crowd of dogs
  const Files files(Annotations(objects), results);
  const Outcome run = files.Run({"--json", "--confusion"});
  const json confusion = run.Lines().at(0).at("confusion");
  CHECK(confusion.at("iou") == 0.5);
  CHECK(confusion.at("score_threshold") == 0.25);
  CHECK(confusion.at("counts") == json({{1, 1, 0}, {0, 0, 2}, {1, 2, 0}}));
  const Outcome text = files.Run({"--confusion"});
  CHECK(text.out.find(
            "confusion at IoU 0.50, score above 0.25: 1 objects right, 1 taken "
            "for another category, 2 missed; 3 detections of nothing\n"
            "      1  cat taken for dog\n") != std::string::npos);
}

TEST_CASE("of two objects that overlap alike, the one of its category") {
  const Files files(Annotations("[" + Object(1, 1, "[0,0,40,40]") + "," +
                                Object(2, 2, "[0,0,40,40]") + "]"),
                    "[" + Result(2, "[0,0,40,40]", 0.9) + "]");
  const json out = files.Run({"--json", "--confusion"}).Lines().at(0);
  CHECK(out["confusion"]["counts"] == json({{0, 0, 1}, {0, 1, 0}, {0, 0, 0}}));
}

TEST_CASE("a bad file ends with 5 and its file and field on one line") {
  const std::string good = "[" + Object(1, 1, "[0,0,9,9]") + "]";
  const struct {
    std::string truth, found;
    const char* says;
  } cases[] = {
      {"{", "[]", "truth.json: not JSON at byte"},
      {"[]", "[]", "truth.json: is not an object"},
      {"{}", "[]", "truth.json: has no \"images\""},
      {R"({"images": []})", "[]", "truth.json: images is empty"},
      {R"({"images": [{"id": 1}]})", "[]",
       "truth.json: images[0] has no \"file_name\""},
      {R"({"images": [{"id": "1", "file_name": "a"}]})", "[]",
       "truth.json: images[0].id is not a whole number"},
      {R"({"images": [{"id": 1, "file_name": "a"}, {"id": 1,
       "file_name": "b"}]})",
       "[]", "truth.json: images has the id 1 twice"},
      {std::string(R"({"images": )") + kImages + R"(, "categories": {}})", "[]",
       "truth.json: categories is not an array"},
      {Annotations("[{}]"), "[]", "truth.json: annotations[0] has no \"id\""},
      {Annotations("[" + Object(1, 1, "[0,0,9]") + "]"), "[]",
       "truth.json: annotations[0].bbox is not [x, y, width, height]"},
      {Annotations("[" + Object(1, 1, "[0,0,9,true]") + "]"), "[]",
       "truth.json: annotations[0].bbox[3] is not a number"},
      {Annotations("[" + Object(1, 1, "[0,0,-9,9]") + "]"), "[]",
       "truth.json: annotations[0].bbox has a negative size"},
      {Annotations("[" + Object(7, 1, "[0,0,9,9]") + "," +
                   Object(7, 2, "[0,0,9,9]") + "]"),
       "[]", "truth.json: annotations[1].id 7 is there twice"},
      {Annotations(good), "{}", "found.json: is not an array"},
      {Annotations(good), "[", "found.json: not JSON at byte"},
      {Annotations(good), R"([{"image_id": 3}])",
       "found.json: [0].image_id 3 is not in the annotations"},
      {Annotations(good), R"([{"image_id": 1, "category_id": 1}])",
       "found.json: [0] has no \"bbox\""},
      {Annotations(good),
       R"([{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1],
       "score": "high"}])",
       "found.json: [0].score is not a number"},
      {Annotations(good),
       R"([{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1],
       "score": 1e999}])",
       "found.json: "},
  };
  for (const auto& c : cases) {
    const Files files(c.truth, c.found);
    const Outcome run = files.Run({});
    CAPTURE(c.says);
    CAPTURE(run.err);
    CHECK(run.exit_code == 5);
    CHECK(run.err.starts_with("yolo: "));
    CHECK(run.err.find(c.says) != std::string::npos);
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
    CHECK(run.out == "");
  }
}

TEST_CASE("polygons are skipped, wherever they are") {
  json annotations = json::parse(Annotations("[]"));
  json object = json::parse(Object(1, 1, "[0,0,50,50]"));
  object["segmentation"] = {{1, 2, 3, 4, 5, 6}};
  annotations["annotations"].push_back(object);
  object["id"] = 2;
  object["image_id"] = 2;
  object["segmentation"] = {{"counts", "a\"b]"}, {"size", {2, 3}}};
  annotations["annotations"].push_back(object);
  json result = json::parse(Result(1, "[0,0,50,50]", 0.5));
  result["segmentation"] = {{"counts", {1, 2}}};
  const Files files(annotations, json::array({result}));
  const json out = files.Run({"--json"}).Lines().at(0);
  CHECK(out["stats"][8] == 0.5);  // one of two is found
}
