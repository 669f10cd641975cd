// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Annotations, and a model's detections or those of a file -> COCO's metrics.
#include "eval.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "eval/coco_classes.h"
#include "eval/coco_confusion.h"
#include "eval/coco_files.h"
#include "eval/coco_summary.h"
#include "eval/eval_report.h"
#include "eval/eval_run.h"
#include "model.h"

namespace cli {
namespace {

// A precision-recall curve needs the weak boxes too: as Darknet's valid.
constexpr float kEvalThreshold = 0.001f;

// Of each class of the model; those that --classes leaves out have none.
std::vector<size_t> CategoriesOf(const Model& model,
                                 const std::vector<int32_t>& wanted,
                                 const CocoAnnotations& truth) {
  const uint32_t num_classes = model.info().num_classes;
  std::vector<ModelClass> classes;
  for (int32_t id = 0; id < static_cast<int32_t>(num_classes); ++id) {
    const bool reported =
        wanted.empty() ||
        std::find(wanted.begin(), wanted.end(), id) != wanted.end();
    if (reported) classes.push_back({id, model.Label(id)});
  }
  const std::vector<size_t> found = FindCategories(classes, num_classes, truth);
  std::vector<size_t> categories(num_classes);
  std::vector<bool> has_class(truth.categories.size());
  for (size_t i = 0; i < classes.size(); ++i) {
    categories[static_cast<size_t>(classes[i].id)] = found[i];
    has_class[found[i]] = true;
  }
  const auto missing = std::count(has_class.begin(), has_class.end(), false);
  if (missing > 0) {
    std::fprintf(stderr,
                 "yolo: no class of the model is reported for %td of %zu "
                 "categories: nothing of theirs will be found\n",
                 missing, has_class.size());
  }
  return categories;
}

void Warn(size_t count, const std::string& path, const char* what) {
  if (count == 0) return;
  std::fprintf(stderr, "yolo: %s: %zu %s\n", path.c_str(), count, what);
}

CocoAnnotations ReadTruth(const std::string& path) {
  CocoAnnotations truth = ReadCocoAnnotations(path);
  Warn(truth.num_strays, path,
       "annotations of images or categories that are not in the file; not "
       "counted, as in pycocotools");
  const auto nameless =
      std::count_if(truth.objects.begin(), truth.objects.end(),
                    [](const CocoObject& object) { return object.id == 0; });
  Warn(static_cast<size_t>(nameless), path,
       "annotation with the id 0, which can be found by nothing, as in "
       "pycocotools; count ids from 1");
  return truth;
}

// Of the file, or of the model, which `run` and `model` then describe.
std::vector<CocoDetection> DetectionsOf(const Options& options,
                                        const CocoAnnotations& truth,
                                        std::optional<Model>* model,
                                        std::optional<EvalRun>* run) {
  const EvalOptions& eval = options.eval;
  if (!eval.detections.empty()) {
    CocoResults results = ReadCocoResults(eval.detections, truth);
    Warn(results.num_strays, eval.detections,
         "results of categories that are not in the annotations; not counted, "
         "as in pycocotools");
    return std::move(results.detections);
  }
  if (!eval.results.empty()) CheckCanWrite(eval.results);
  Options changed = options;
  if (changed.threshold == 0) changed.threshold = kEvalThreshold;
  model->emplace(changed);
  const auto categories = CategoriesOf(**model, options.classes, truth);
  run->emplace(RunEval(**model, eval, truth, categories));
  if (!eval.results.empty()) {
    WriteCocoResults(eval.results, truth, (*run)->detections);
  }
  return std::move((*run)->detections);
}

}  // namespace

ExitCode Eval(const Options& options) {
  EvalReport report;
  report.annotations = options.eval.annotations;
  report.truth = ReadTruth(options.eval.annotations);
  report.detections =
      DetectionsOf(options, report.truth, &report.model, &report.run);
  report.summary = Summarise(report.truth, report.detections);
  if (options.eval.confusion) {
    report.confusion = Confuse(report.truth, report.detections);
  }
  const std::string text = options.json
                               ? EvalJson(report) + "\n"
                               : EvalText(report, options.eval.per_class);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return report.run && !report.run->failures.empty() ? kImageFailed : kOk;
}

}  // namespace cli
