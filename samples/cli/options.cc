// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// The command line, read by CLI11.
#include "options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>

#include "error.h"

namespace cli {
namespace {

constexpr char kFooter[] =
    "Exit status: 0 all is well, 1 an image failed, 2 wrong usage, 3 the model "
    "cannot be\nloaded, 4 a result cannot be written. Full description: "
    "docs/cli.md";

constexpr char kEvalFooter[] =
    "COCO counts the best 100 boxes of each category in an image.\n"
    "Exit status: 0 all is well, 1 an image failed (it counts as one in which "
    "nothing was\nfound), 2 wrong usage or no category for a class, 3 the "
    "model cannot be loaded,\n4 a result cannot be written, 5 annotations or "
    "results cannot be read.\nFull description: docs/cli.md";

// An option whose values are names; the first is the default.
void AddChoice(CLI::App* app, const std::string& flag,
               std::span<const Name> names, const std::string& help,
               int32_t* out) {
  std::string choices;
  for (const Name& name : names) {
    choices += (choices.empty() ? "" : "|") + std::string(name.name);
  }
  const auto set = [flag, names, choices, out](const std::string& text) {
    for (const Name& name : names) {
      if (text != name.name) continue;
      *out = name.value;
      return;
    }
    throw CLI::ValidationError(flag, text + " is not one of " + choices);
  };
  app->add_option_function<std::string>(flag, set,
                                        help + " [" + names.front().name + "]")
      ->type_name(choices);
}

// A whole number, 1 to `most`.
void AddCount(CLI::App* app, const std::string& flag, uint32_t most,
              const std::string& help, uint32_t* out) {
  app->add_option(flag, *out, help)
      ->type_name("N")
      ->check(CLI::Range(1u, most).description(""));
}

// A share: the library takes 0 for "default", so 0 is refused here.
std::string CheckShare(const std::string& text) {
  char* end = nullptr;
  const float value = std::strtof(text.c_str(), &end);
  const bool whole = !text.empty() && *end == '\0';
  if (whole && value > 0 && value <= 1) return "";
  return text + " is not a number above 0 and up to 1";
}

// "608x416" into two numbers.
bool ParseSize(const std::string& text, uint32_t* width, uint32_t* height) {
  const char* end = text.data() + text.size();
  const auto [x, error] = std::from_chars(text.data(), end, *width);
  if (error != std::errc() || x == end || *x != 'x') return false;
  const auto [last, error2] = std::from_chars(x + 1, end, *height);
  return error2 == std::errc() && last == end && *width > 0 && *height > 0;
}

void AddModelOptions(CLI::App* app, Options* out) {
  app->add_option("--model", out->model,
                  "Darknet .cfg [a small built-in sample model]")
      ->type_name("FILE")
      ->group("Model");
  app->add_option("--weights", out->weights,
                  "Darknet .weights [the model's name with .weights]")
      ->type_name("FILE")
      ->group("Model");
  app->add_option("--labels", out->labels,
                  "one class name a line [the model's name with .names, else "
                  "coco.names beside it]")
      ->type_name("FILE")
      ->group("Model");
  app->add_option_function<std::string>(
         "--size",
         [out](const std::string& text) {
           if (ParseSize(text, &out->width, &out->height)) return;
           throw CLI::ValidationError("--size", text + " is not WxH");
         },
         "network input in pixels [the model's]")
      ->type_name("WxH")
      ->group("Model");
}

void AddRuntimeOptions(CLI::App* app, Options* out) {
  app->option_defaults()->group("Runtime");
  AddChoice(app, "--device", kDevices, "what computes the network",
            &out->device);
  AddChoice(app, "--precision", kPrecisions,
            "of the network; auto: bf16 where the CPU multiplies it",
            &out->precision);
  AddCount(app, "--lanes", 256, "images in flight at once [CPUs]", &out->lanes);
  AddCount(app, "--threads", 64, "threads that one image alone may use [lanes]",
           &out->threads);
  app->add_flag("--verbose", out->verbose, "show the library's log");
}

void AddNeuronOptions(CLI::App* app, Options* out) {
  app->option_defaults()->group("Device neuron");
  app->add_option("--neff", out->neff,
                  "the model as the Neuron compiler made it")
      ->type_name("FILE");
  AddCount(app, "--cores", 256, "NeuronCores to use [all]", &out->cores);
  AddCount(app, "--lanes-per-core", 16, "images in flight for each core [2]",
           &out->lanes_per_core);
  AddChoice(app, "--fallback", kFallbacks,
            "what runs images when the device is not there or is lost",
            &out->fallback);
  app->add_option("--libnrt", out->libnrt,
                  "the Neuron runtime [/opt/aws/neuron/lib/libnrt.so.1]")
      ->type_name("FILE");
  AddChoice(app, "--decoded-boxes", kDecodedBoxes,
            "boxes of a NEFF that decodes them", &out->decoded_boxes);
  AddChoice(app, "--decoded-units", kDecodedUnits, "their units",
            &out->decoded_units);
  AddChoice(app, "--decoded-scores", kDecodedScores,
            "their scores: objectness x class, or the class alone",
            &out->decoded_scores);
  app->add_option("--tensor-types", out->tensor_types,
                  "types of tensors, image=u8,head_19=f16 [what libnrt tells]")
      ->type_name("LIST");
}

void AddDetectionOptions(CLI::App* app, Options* out,
                         const std::string& threshold = "0.25") {
  app->option_defaults()->group("Detection");
  app->add_option("--threshold", out->threshold,
                  "report boxes that score more than this [" + threshold + "]")
      ->type_name("0..1")
      ->check(CheckShare);
  app->add_option("--iou", out->iou,
                  "overlap above which the weaker box goes [0.45]")
      ->type_name("0..1")
      ->check(CheckShare);
  AddChoice(app, "--nms", kNms, "which boxes compete", &out->nms);
  app->add_option("--classes", out->classes,
                  "report only these class numbers, for example 0,2,7 [all]")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("N,N")
      ->check(CLI::Range(0, INT32_MAX).description(""));
  AddCount(app, "--max-detections", 65536,
           "boxes reported for an image at most [300]", &out->max_detections);
  AddCount(app, "--max-candidates", 65536, "boxes that compete at most [4096]",
           &out->max_candidates);
  AddChoice(app, "--profile", kProfiles,
            "tool whose resizing and decoding of boxes is reproduced; auto: "
            "the model's",
            &out->profile);
  AddChoice(app, "--decode", kDecodes,
            "how photos are brought to the network's size; exact: bit by bit "
            "as the profile's tool does it",
            &out->decode);
  app->add_flag("--no-exif", out->no_exif,
                "do not turn photos as their EXIF orientation says");
}

void AddDetect(CLI::App* app, Options* out) {
  CLI::App* detect = app->add_subcommand(
      "detect", "Find objects in photos (JPEG, PNG) and folders of photos");
  detect->footer(kFooter);
  AddModelOptions(detect, out);
  AddRuntimeOptions(detect, out);
  AddNeuronOptions(detect, out);
  AddDetectionOptions(detect, out);
  detect->option_defaults()->group("Output");
  detect->add_flag("--json", out->json, "print one JSON object a line");
  detect
      ->add_option("--output", out->output,
                   "draw the boxes: a .jpg or .png file for one image, else a "
                   "folder, made if missing")
      ->type_name("FILE|DIR");
  detect->option_defaults()->group("Options");
  detect
      ->add_option("images", out->images,
                   "photos; of a folder all .jpg, .jpeg and .png in it, by "
                   "name, without its subfolders")
      ->type_name("IMAGE|DIR")
      ->required();
}

void AddInfo(CLI::App* app, Options* out) {
  CLI::App* info = app->add_subcommand(
      "info", "Show the model, what it costs and what it would run on");
  info->footer(kFooter);
  AddModelOptions(info, out);
  AddRuntimeOptions(info, out);
  AddNeuronOptions(info, out);
  AddDetectionOptions(info, out);
  info->option_defaults()->group("Output");
  info->add_flag("--json", out->json, "print one JSON object");
  info->callback([out] { out->command = Options::Command::kInfo; });
}

// What is evaluated, and where the numbers go.
void AddEvalFiles(CLI::App* eval, EvalOptions* out) {
  eval->option_defaults()->group("Evaluation");
  eval->add_option("--annotations", out->annotations,
                   "objects of the images, in COCO's format")
      ->type_name("FILE")
      ->required();
  eval->add_option("--images", out->images,
                   "folder of the images that the annotations name")
      ->type_name("DIR");
  eval->add_option("--results", out->results,
                   "write what the model found, in COCO's format")
      ->type_name("FILE");
  AddCount(eval, "--callers", 256, "threads that hand over images [2]",
           &out->callers);
  AddCount(eval, "--batch", 1024, "images that each hands over at once [lanes]",
           &out->batch);
  eval->add_option("--detections", out->detections,
                   "evaluate these results, in COCO's format, without a model "
                   "and images")
      ->type_name("FILE");
}

// Results that are there leave nothing to say about a model.
void CheckEvalFiles(const CLI::App& eval, const EvalOptions& options) {
  if (options.detections.empty()) {
    if (!options.images.empty()) return;
    throw CLI::RequiredError("--images, or --detections,");
  }
  for (const CLI::Option* option : eval.get_options()) {
    const std::string& group = option->get_group();
    if (option->count() == 0 || group == "Output") continue;
    const std::string name = option->get_name();
    if (name == "--annotations" || name == "--detections") continue;
    throw CLI::ValidationError("--detections", "cannot go with " + name);
  }
}

void AddEval(CLI::App* app, Options* out) {
  CLI::App* eval = app->add_subcommand(
      "eval", "Measure accuracy on annotated images, as COCO does");
  eval->footer(kEvalFooter);
  AddModelOptions(eval, out);
  AddRuntimeOptions(eval, out);
  AddNeuronOptions(eval, out);
  AddDetectionOptions(eval, out, "0.001");
  AddEvalFiles(eval, &out->eval);
  eval->option_defaults()->group("Output");
  eval->add_flag("--per-class", out->eval.per_class,
                 "print a table of the categories");
  eval->add_flag("--confusion", out->eval.confusion,
                 "say which categories are taken for which, at IoU 0.5, of "
                 "boxes that score more than 0.25");
  eval->add_flag("--json", out->json, "print one JSON object");
  eval->callback([eval, out] {
    out->command = Options::Command::kEval;
    CheckEvalFiles(*eval, out->eval);
  });
}

// Seconds, images a second or money: above 0, or from 0 on where that has a
// meaning.
void AddAmount(CLI::App* app, const std::string& flag, bool may_be_zero,
               const std::string& help, double* out) {
  const auto check = [may_be_zero](const std::string& text) -> std::string {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool whole = !text.empty() && *end == '\0';
    if (whole && value <= 1e9 && (value > 0 || (may_be_zero && value == 0))) {
      return "";
    }
    return text + " is not a number " + (may_be_zero ? "from" : "above") +
           " 0 up to 1e9";
  };
  app->add_option(flag, *out, help)->type_name("X")->check(check);
}

void AddLoadOptions(CLI::App* app, BenchOptions* out) {
  app->option_defaults()->group("Load");
  AddCount(app, "--callers", 1024, "threads that call the detector [8]",
           &out->callers);
  AddCount(app, "--batch", 4096, "images in a call [4]", &out->batch);
  AddAmount(app, "--seconds", false, "how long to measure [60]", &out->seconds);
  AddAmount(app, "--window", false, "seconds in a line of the log [30]",
            &out->window);
  AddAmount(app, "--warmup", true,
            "seconds of load before, after every file was run once [5]",
            &out->warmup);
  AddAmount(app, "--rate", false,
            "images a second that arrive by chance, whether callers are free "
            "or not [each caller's next call follows its last]",
            &out->rate);
  app->add_option("--seed", out->seed, "of the arrivals of --rate [1]")
      ->type_name("N");
}

void AddBench(CLI::App* app, Options* out) {
  CLI::App* bench = app->add_subcommand(
      "bench", "Measure throughput, latency and memory under load");
  bench->footer(kFooter);
  AddModelOptions(bench, out);
  AddRuntimeOptions(bench, out);
  AddNeuronOptions(bench, out);
  AddDetectionOptions(bench, out);
  AddLoadOptions(bench, &out->bench);
  bench->option_defaults()->group("Output");
  AddAmount(
      bench, "--price-per-hour", false,
      "of the machine, in any currency: adds the cost of a million images",
      &out->bench.price_per_hour);
  bench->add_option("--name", out->bench.name, "of the run, in charts")
      ->type_name("TEXT");
  bench->add_option("--report", out->bench.report, "write an HTML page")
      ->type_name("FILE");
  bench->add_option("--json", out->bench.json, "write all numbers")
      ->type_name("FILE");
  bench
      ->add_option("--compare", out->bench.compare,
                   "show these runs (files of --json) beside this one, or "
                   "alone without --images")
      ->type_name("FILE...");
  bench->option_defaults()->group("Options");
  bench
      ->add_option("--images", out->images,
                   "photos; of a folder all .jpg, .jpeg and .png in it, by "
                   "name, without its subfolders")
      ->type_name("IMAGE|DIR...");
  bench->callback([out] {
    out->command = Options::Command::kBench;
    if (out->images.empty() && out->bench.compare.empty()) {
      throw CLI::RequiredError("--images or --compare");
    }
  });
}

}  // namespace

const char* NameOf(std::span<const Name> names, int32_t value) {
  for (const Name& name : names) {
    if (name.value == value) return name.name;
  }
  return "unknown";
}

bool ParseCommandLine(int argc, char** argv, Options* out, int* exit_code) {
  CLI::App app("Finds objects in photos with YOLO models.", "yolo");
  app.footer(kFooter);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string("yolo: ") + error.what() + "; see yolo --help\n";
  });
  app.require_subcommand(0, 1);  // "none" has a clearer message below
  app.set_version_flag("--version", std::string("yolo ") + YOLO_VERSION_STRING +
                                        "\n" + yolo_build_info());
  AddDetect(&app, out);
  AddInfo(&app, out);
  AddEval(&app, out);
  AddBench(&app, out);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) {
      throw CLI::RequiredError("A subcommand, bench, detect, eval or info,");
    }
    if (!out->weights.empty() && out->model.empty()) {
      throw CLI::ValidationError("--weights", "needs --model");
    }
    if (out->device == YOLO_DEVICE_NEURON && out->neff.empty()) {
      throw CLI::ValidationError("--device", "neuron needs --neff");
    }
  } catch (const CLI::ParseError& error) {
    *exit_code = app.exit(error) == 0 ? kOk : kUsage;
    return false;
  }
  return true;
}

}  // namespace cli
