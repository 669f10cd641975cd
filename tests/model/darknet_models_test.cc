// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Every .cfg of AlexeyAB's Darknet, and trained weights of others.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>

#include "model/darknet.h"
#include "model/darknet_files.h"
#include "support/data.h"

namespace yolo {
namespace {

using testing::DataPath;
using testing::ReadFile;

std::string ReadText(const std::string& name) {
  const auto bytes = ReadFile(DataPath(name));
  REQUIRE(!bytes.empty());
  return std::string(bytes.begin(), bytes.end());
}

// Keeps what is told, one line each.
Log KeepIn(std::string* told) {
  return {[](void* user, int32_t, const char* message) {
            *static_cast<std::string*>(user) += message + std::string("\n");
          },
          told};
}

Status BuildFile(const std::string& name, NetworkSize size, std::string* told,
                 DarknetGraph* out) {
  const std::string text = ReadText("cfg/" + name);
  std::vector<CfgSection> sections;
  YOLO_TRY(ParseCfg(text, name, &sections));
  return BuildDarknetGraph(sections, name, size, KeepIn(told), out);
}

// What each detector of the folder is; bytes: of its .weights file.
constexpr struct {
  const char* name;
  size_t layers, heads;
  int classes, max_stride;
  uint64_t bytes;
} kModels[] = {
    {"cd53paspp-gamma.cfg", 162, 3, 80, 32, 257717640},
    {"csresnext50-panet-spp-original-optimal.cfg", 138, 3, 80, 32, 228123400},
    {"csresnext50-panet-spp.cfg", 138, 3, 80, 32, 228123400},
    {"enet-coco.cfg", 146, 2, 80, 32, 19233100},
    {"yolov3-openimages.cfg", 107, 3, 601, 32, 259229388},
    {"yolov3-spp.cfg", 114, 3, 80, 32, 252209544},
    {"yolov3-tiny-prn.cfg", 28, 2, 80, 32, 19759052},
    {"yolov3-tiny.cfg", 24, 2, 80, 32, 35434956},
    {"yolov3-tiny_3l.cfg", 31, 3, 2, 32, 36039888},
    {"yolov3-tiny_obj.cfg", 24, 2, 80, 32, 35434956},
    {"yolov3-voc.cfg", 107, 3, 20, 32, 246714648},
    {"yolov3-voc.yolov3-giou-40.cfg", 107, 3, 20, 32, 246714648},
    {"yolov3.cfg", 107, 3, 80, 32, 248007048},
    {"yolov3.coco-giou-12.cfg", 107, 3, 80, 32, 248007048},
    {"yolov3_5l.cfg", 131, 5, 80, 32, 249599104},
    {"yolov4-csp-s-mish.cfg", 112, 3, 80, 32, 33164680},
    {"yolov4-csp-swish.cfg", 176, 3, 80, 32, 211944840},
    {"yolov4-csp-x-mish.cfg", 204, 3, 80, 32, 399388168},
    {"yolov4-csp-x-swish-frozen.cfg", 204, 3, 80, 32, 399388168},
    {"yolov4-csp-x-swish.cfg", 204, 3, 80, 32, 399388168},
    {"yolov4-csp.cfg", 175, 3, 80, 32, 211944840},
    {"yolov4-custom.cfg", 162, 3, 80, 32, 257717640},
    {"yolov4-p5-frozen.cfg", 244, 3, 80, 32, 283669892},
    {"yolov4-p5.cfg", 244, 3, 80, 32, 283669892},
    {"yolov4-p6.cfg", 305, 4, 80, 64, 510868180},
    {"yolov4-tiny-3l.cfg", 45, 3, 80, 32, 25336200},
    {"yolov4-tiny-custom.cfg", 38, 2, 80, 32, 24251276},
    {"yolov4-tiny.cfg", 38, 2, 80, 32, 24251276},
    {"yolov4.cfg", 162, 3, 80, 32, 257717640},
    {"yolov4_new.cfg", 162, 3, 80, 32, 257717640},
    {"yolov4x-mish.cfg", 203, 3, 80, 32, 399388168},
    {"yolov7-tiny.cfg", 99, 3, 80, 32, 24967560},
    {"yolov7.cfg", 143, 3, 80, 32, 147898248},
    {"yolov7x.cfg", 159, 3, 80, 32, 285638760},
};

constexpr yolo_status kBad = YOLO_ERROR_BAD_MODEL;
constexpr yolo_status kUnsupported = YOLO_ERROR_UNSUPPORTED_MODEL;

// Why each other file is refused; the message follows the file's name.
constexpr struct {
  const char* name;
  yolo_status code;
  const char* message;
} kRefused[] = {
    {"Gaussian_yolov3_BDD.cfg", kUnsupported,
     ":608: layer 82 [Gaussian_yolo]: is not supported: a head with variances "
     "is not built"},
    {"alexnet.cfg", kUnsupported,
     ":72: layer 8 [connected]: is not supported: fully connected layers are "
     "not built"},
    {"cifar.cfg", kUnsupported,
     ":15: layer 0 [crop]: is not supported: augmentation inside the network"},
    {"cifar.test.cfg", kUnsupported,
     ":114: layer 16 [softmax]: is not supported: it belongs to classifiers"},
    {"crnn.train.cfg", kUnsupported,
     ":1: [net]: width is missing: the input must be a picture"},
    {"csdarknet53-omega.cfg", kUnsupported,
     ":761: layer 107 [softmax]: is not supported: it belongs to classifiers"},
    {"cspx-p7-mish-omega.cfg", kUnsupported,
     ":1458: layer 211 [softmax]: is not supported: it belongs to classifiers"},
    {"cspx-p7-mish.cfg", kBad,
     ":2583: layer 374 [yolo]: mask=16,17,18,19 names anchor 16 of 16"},
    {"cspx-p7-mish_hp.cfg", kBad,
     ":2351: layer 346 [yolo]: anchors=13,17,  31,25,   24,51, 61,45    61,45, "
     "... has \"45    61\", which is not a number"},
    {"darknet.cfg", kUnsupported,
     ":106: layer 15 [softmax]: is not supported: it belongs to classifiers"},
    {"darknet19.cfg", kUnsupported,
     ":189: layer 25 [softmax]: is not supported: it belongs to classifiers"},
    {"darknet19_448.cfg", kUnsupported,
     ":197: layer 25 [softmax]: is not supported: it belongs to classifiers"},
    {"darknet53.cfg", kUnsupported,
     ":564: layer 77 [softmax]: is not supported: it belongs to classifiers"},
    {"darknet53_448_xnor.cfg", kUnsupported,
     ":36: layer 1 [convolutional]: xnor=1 is not supported: binary weights "
     "and inputs"},
    {"densenet201.cfg", kUnsupported,
     ":1949: layer 304 [softmax]: is not supported: it belongs to classifiers"},
    {"efficientnet-lite3.cfg", kUnsupported,
     ":1004: layer 116 [softmax]: is not supported: it belongs to classifiers"},
    {"efficientnet_b0.cfg", kUnsupported,
     ":1004: layer 135 [softmax]: is not supported: it belongs to classifiers"},
    {"extraction.cfg", kUnsupported,
     ":201: layer 26 [softmax]: is not supported: it belongs to classifiers"},
    {"extraction.conv.cfg", kUnsupported,
     ":173: layer 25 [connected]: is not supported: fully connected layers are "
     "not built"},
    {"extraction22k.cfg", kUnsupported,
     ":200: layer 25 [connected]: is not supported: fully connected layers are "
     "not built"},
    {"go.test.cfg", kUnsupported,
     ":6: [net]: channels=1 is not supported: a picture has 3, RGB"},
    {"gru.cfg", kUnsupported,
     ":1: [net]: width is missing: the input must be a picture"},
    {"jnet-conv.cfg", kUnsupported, ": no [yolo] section among 18 layers"},
    {"lstm.train.cfg", kUnsupported,
     ":1: [net]: width is missing: the input must be a picture"},
    {"resnet101.cfg", kUnsupported,
     ":152: layer 17 [shortcut]: layer 16 (512 x 32 x 32) and layer 13 (256 x "
     "64 x 64) do not fit together"},
    {"resnet152.cfg", kUnsupported,
     ":149: layer 17 [shortcut]: layer 16 (512 x 32 x 32) and layer 13 (256 x "
     "64 x 64) do not fit together"},
    {"resnet152_trident.cfg", kUnsupported,
     ":1500: layer 206 [convolutional]: share_index=166 is not supported: "
     "weights of another layer"},
    {"resnet50.cfg", kUnsupported,
     ":149: layer 17 [shortcut]: layer 16 (512 x 32 x 32) and layer 13 (256 x "
     "64 x 64) do not fit together"},
    {"resnext152-32x4d.cfg", kUnsupported,
     ":159: layer 17 [shortcut]: layer 16 (1024 x 32 x 32) and layer 13 (512 x "
     "64 x 64) do not fit together"},
    {"rnn.cfg", kUnsupported,
     ":1: [net]: width is missing: the input must be a picture"},
    {"rnn.train.cfg", kUnsupported,
     ":1: [net]: width is missing: the input must be a picture"},
    {"strided.cfg", kUnsupported,
     ":17: layer 0 [crop]: is not supported: augmentation inside the network"},
    {"t1.test.cfg", kUnsupported,
     ":99: layer 14 [connected]: is not supported: fully connected layers are "
     "not built"},
    {"tiny-yolo-voc.cfg", kUnsupported,
     ":117: layer 15 [region]: is not supported: the head of YOLOv1 and v2; "
     "only [yolo] is read"},
    {"tiny-yolo.cfg", kUnsupported,
     ":117: layer 15 [region]: is not supported: the head of YOLOv1 and v2; "
     "only [yolo] is read"},
    {"tiny-yolo_xnor.cfg", kUnsupported,
     ":34: layer 2 [convolutional]: xnor=1 is not supported: binary weights "
     "and inputs"},
    {"tiny.cfg", kUnsupported,
     ":167: layer 21 [softmax]: is not supported: it belongs to classifiers"},
    {"vgg-16.cfg", kUnsupported,
     ":11: layer 0 [crop]: is not supported: augmentation inside the network"},
    {"vgg-conv.cfg", kUnsupported, ": no [yolo] section among 18 layers"},
    {"writing.cfg", kUnsupported,
     ":40: layer 4 [cost]: is not supported: it belongs to classifiers"},
    {"yolo-voc.2.0.cfg", kUnsupported,
     ":206: layer 26 [reorg]: is not supported: space to depth is not built"},
    {"yolo-voc.cfg", kUnsupported,
     ":219: layer 27 [reorg]: is not supported: space to depth is not built"},
    {"yolo.2.0.cfg", kUnsupported,
     ":206: layer 26 [reorg]: is not supported: space to depth is not built"},
    {"yolo.cfg", kUnsupported,
     ":219: layer 27 [reorg]: is not supported: space to depth is not built"},
    {"yolo9000.cfg", kUnsupported,
     ":198: layer 24 [region]: is not supported: the head of YOLOv1 and v2; "
     "only [yolo] is read"},
    {"yolov1__tiny-coco.cfg", kUnsupported,
     ":108: layer 14 [connected]: is not supported: fully connected layers are "
     "not built"},
    {"yolov1__tiny-yolo.cfg", kUnsupported,
     ":108: layer 14 [connected]: is not supported: fully connected layers are "
     "not built"},
    {"yolov1__xyolo.test.cfg", kUnsupported,
     ":28: layer 2 [batchnorm]: is not supported: only batch norm of a "
     "convolution is built"},
    {"yolov1__yolo-coco.cfg", kUnsupported,
     ":230: layer 28 [local]: is not supported: weights of their own for each "
     "pixel"},
    {"yolov1__yolo-small.cfg", kUnsupported,
     ":16: layer 0 [crop]: is not supported: augmentation inside the network"},
    {"yolov1__yolo.cfg", kUnsupported,
     ":229: layer 28 [local]: is not supported: weights of their own for each "
     "pixel"},
    {"yolov1__yolo.train.cfg", kUnsupported,
     ":229: layer 28 [local]: is not supported: weights of their own for each "
     "pixel"},
    {"yolov1__yolo2.cfg", kUnsupported,
     ":226: layer 28 [local]: is not supported: weights of their own for each "
     "pixel"},
    {"yolov2-tiny-voc.cfg", kUnsupported,
     ":121: layer 15 [region]: is not supported: the head of YOLOv1 and v2; "
     "only [yolo] is read"},
    {"yolov2-tiny.cfg", kUnsupported,
     ":122: layer 15 [region]: is not supported: the head of YOLOv1 and v2; "
     "only [yolo] is read"},
    {"yolov2-voc.cfg", kUnsupported,
     ":219: layer 27 [reorg]: is not supported: space to depth is not built"},
    {"yolov2.cfg", kUnsupported,
     ":219: layer 27 [reorg]: is not supported: space to depth is not built"},
    {"yolov3-tiny_occlusion_track.cfg", kUnsupported,
     ":112: layer 13 [crnn]: is not supported: it keeps state between images"},
    {"yolov3-tiny_xnor.cfg", kUnsupported,
     ":38: layer 2 [convolutional]: xnor=1 is not supported: binary weights "
     "and inputs"},
    {"yolov4-sam-mish-csp-reorg-bfm.cfg", kUnsupported,
     ":865: layer 125 [reorg3d]: is not supported: space to depth is not "
     "built"},
    {"yolov4-tiny_contrastive.cfg", kUnsupported,
     ":346: layer 42 [local_avgpool]: is not supported: average pooling in "
     "windows is not built"},
};

TEST_CASE(
    "every detector is read without a word, to the length of its weights") {
  for (const auto& row : kModels) {
    INFO(std::string(row.name));
    DarknetGraph model;
    std::string told;
    const Status status = BuildFile(row.name, {}, &told, &model);
    CHECK(std::string(status.message()) == "");
    CHECK(told == "");
    CHECK(model.graph.layers.size() == row.layers);
    CHECK(model.graph.heads.size() == row.heads);
    CHECK(model.graph.num_classes == row.classes);
    CHECK(model.graph.max_stride == row.max_stride);
    CHECK(20 + sizeof(float) * model.graph.num_parameters == row.bytes);
  }
}

TEST_CASE("every other file is refused by section, index and line") {
  for (const auto& row : kRefused) {
    DarknetGraph model;
    std::string told;
    const Status status = BuildFile(row.name, {}, &told, &model);
    CHECK(status.code() == row.code);
    CHECK(std::string(status.message()) == row.name + std::string(row.message));
  }
}

TEST_CASE("the two tables are the whole folder") {
  std::set<std::string> known, found;
  for (const auto& row : kModels) known.insert(row.name);
  for (const auto& row : kRefused) known.insert(row.name);
  for (const auto& entry :
       std::filesystem::directory_iterator(DataPath("cfg"))) {
    if (entry.path().extension() == ".cfg") {
      found.insert(entry.path().filename().string());
    }
  }
  CHECK(known == found);
}

TEST_CASE("work is within 1 % of what the models' authors publish") {
  // Billions of operations. yolov3: pjreddie.com/darknet/yolo; yolov4: what
  // AlexeyAB's Darknet prints; yolov7: its authors' table.
  constexpr struct {
    const char* name;
    NetworkSize size;
    double gflop;
  } published[] = {
      {"yolov3.cfg", {416, 416}, 65.86},
      {"yolov3.cfg", {608, 608}, 140.69},
      {"yolov3-tiny.cfg", {416, 416}, 5.56},
      {"yolov3-spp.cfg", {608, 608}, 141.45},
      {"yolov4.cfg", {608, 608}, 128.46},
      {"yolov4-tiny.cfg", {416, 416}, 6.91},
      {"yolov7.cfg", {640, 640}, 104.7},
      {"yolov7x.cfg", {640, 640}, 189.9},
  };
  for (const auto& row : published) {
    INFO(std::string(row.name));
    DarknetGraph model;
    std::string told;
    REQUIRE(BuildFile(row.name, row.size, &told, &model).ok());
    CHECK(model.graph.gflop == doctest::Approx(row.gflop).epsilon(0.01));
    double sum = 0;
    for (const Layer& layer : model.graph.layers) sum += layer.gflop;
    CHECK(model.graph.gflop == doctest::Approx(sum));
  }
}

TEST_CASE("every detector takes any multiple of its stride, and nothing else") {
  for (const auto& row : kModels) {
    INFO(std::string(row.name));
    DarknetGraph model;
    std::string told;
    const int stride = row.max_stride;
    const Status status =
        BuildFile(row.name, {7 * stride, 3 * stride}, &told, &model);
    CHECK(std::string(status.message()) == "");
    CHECK(model.graph.input == Shape{3, 3 * stride, 7 * stride});
    CHECK(BuildFile(row.name, {7 * stride, 3 * stride + 1}, &told, &model)
              .code() == YOLO_ERROR_INVALID_ARGUMENT);
  }
}

TEST_CASE("yolov4 has the heads that its paper has") {
  DarknetGraph model;
  std::string told;
  REQUIRE(BuildFile("yolov4.cfg", {}, &told, &model).ok());
  const Graph& graph = model.graph;
  CHECK(graph.heads == std::vector<int>{139, 150, 161});
  const Shape shapes[] = {{255, 76, 76}, {255, 38, 38}, {255, 19, 19}};
  const float scales[] = {1.2f, 1.1f, 1.05f};
  const float anchors[] = {12, 36, 142};
  for (size_t i = 0; i < 3; ++i) {
    const Layer& layer = graph.layers[static_cast<size_t>(graph.heads[i])];
    const auto& head = std::get<YoloHead>(layer.op);
    CHECK(layer.shape == shapes[i]);
    CHECK(head.scale_x_y == scales[i]);
    REQUIRE(head.anchors.size() == 3);
    CHECK(head.anchors[0].w == anchors[i]);
  }
}

TEST_CASE("trained weights of every model at hand are read without a word") {
  for (const char* name :
       {"MobileNetV2-YOLOv3-Nano-coco", "yolo-fastest", "yolo-fastest-xl",
        "yolo-fastest-1.1", "yolo-fastest-1.1-xl", "yolo-fastest-1.1_body"}) {
    INFO(std::string(name));
    const std::string path = std::string("weights/") + name;
    const std::string cfg = ReadText(path + ".cfg");
    const auto weights = ReadFile(DataPath(path + ".weights"));
    const DarknetSource source{cfg, path, weights, path};
    Allocator allocator;
    Graph graph;
    std::string told;
    const Status status =
        ReadDarknet(source, KeepIn(&told), &allocator, &graph);
    CHECK(std::string(status.message()) == "");
    CHECK(told == "");
    CHECK(graph.input == Shape{3, 320, 320});
    CHECK(graph.max_stride == 32);
    CHECK(graph.heads.size() == 2);
    CHECK(20 + sizeof(float) * graph.num_parameters == weights.size());
  }
}

}  // namespace
}  // namespace yolo
