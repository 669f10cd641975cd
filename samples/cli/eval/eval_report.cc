// SPDX-FileCopyrightText: 2026 The libyolo authors
// SPDX-License-Identifier: Apache-2.0
//
// Accuracy, then what it cost, then what went wrong.
#include "eval/eval_report.h"

#include <algorithm>

#include "report.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

size_t NumCrowds(const CocoAnnotations& truth) {
  return static_cast<size_t>(
      std::count_if(truth.objects.begin(), truth.objects.end(),
                    [](const CocoObject& object) { return object.crowd; }));
}

size_t NumDone(const EvalRun& run) {
  return run.num_images - run.failures.size();
}

// Mean over the images that did not fail.
double MeanMs(const EvalRun& run, uint64_t ns) {
  const size_t images = NumDone(run);
  return images == 0
             ? 0
             : static_cast<double>(ns) / 1e6 / static_cast<double>(images);
}

double ImagesPerSecond(const EvalRun& run) {
  return static_cast<double>(NumDone(run)) / run.seconds;
}

// ---- Text ------------------------------------------------------------------

std::string Counts(const EvalReport& report) {
  const size_t crowds = NumCrowds(report.truth);
  return Format("%zu images, %zu objects and %zu crowds of %zu categories, ",
                report.truth.images.size(),
                report.truth.objects.size() - crowds, crowds,
                report.truth.categories.size()) +
         Format("%zu detections\n", report.detections.size());
}

std::string ModelText(const Model& model) {
  const yolo_detector_info& i = model.info();
  return model.name() +
         Format(
             ", %u x %u, %s, %s, profile %s, decode %s, score above %g, "
             "nms %s at IoU %g, at most %u boxes\n",
             i.network_width, i.network_height, i.device_name,
             NameOf(kReportedPrecisions, i.precision),
             NameOf(kProfiles, i.profile), NameOf(kDecodes, i.decode),
             i.score_threshold, NameOf(kNms, i.nms), i.iou_threshold,
             i.max_detections);
}

std::string PerClassText(const EvalReport& report) {
  const auto& categories = report.truth.categories;
  size_t width = 8;
  for (const CocoCategory& category : categories) {
    width = std::max(width, category.name.size());
  }
  std::string text = "category" + std::string(width - 8, ' ') +
                     "     AP   AP50   AP75     AR  objects  detections\n";
  for (size_t i = 0; i < categories.size(); ++i) {
    const CocoCategoryScore& score = report.summary.categories[i];
    std::string name = categories[i].name;
    name.resize(width, ' ');
    text += name + Format(" %6.3f %6.3f %6.3f %6.3f  %7zu  %10zu\n", score.ap,
                          score.ap50, score.ap75, score.ar, score.objects,
                          score.detections);
  }
  return text;
}

std::string SpeedText(const EvalRun& run) {
  return Format(
             "%.2f images/s: %zu images in %.2f s, files included, %u callers "
             "with batches of %u\n",
             ImagesPerSecond(run), NumDone(run), run.seconds, run.callers,
             run.batch) +
         Format(
             "mean of an image: decode %.2f ms, pack %.2f ms, run %.2f ms, "
             "extract %.2f ms\n",
             MeanMs(run, run.stages.decode), MeanMs(run, run.stages.pack),
             MeanMs(run, run.stages.run), MeanMs(run, run.stages.extract));
}

std::string TroubleText(const EvalRun& run) {
  std::string text;
  if (run.num_cut > 0) {
    text += Format(
        "%zu images had more boxes than are reported (--max-detections)\n",
        run.num_cut);
  }
  if (!run.misfits.empty()) {
    text += Format("%zu images are not as large as annotated:\n",
                   run.misfits.size());
  }
  for (const EvalMisfit& misfit : run.misfits) {
    text +=
        "  " + misfit.path +
        Format(": %u x %u, annotated as %lld x %lld\n", misfit.width,
               misfit.height, static_cast<long long>(misfit.annotated_width),
               static_cast<long long>(misfit.annotated_height));
  }
  if (!run.failures.empty()) {
    text += Format("%zu of %zu images failed, counted as empty:\n",
                   run.failures.size(), run.num_images);
  }
  for (const EvalFailure& failure : run.failures) {
    text += "  " + failure.path + ": " + failure.message + " (" +
            failure.status + ")\n";
  }
  return text;
}

// ---- JSON ------------------------------------------------------------------

Json ModelJson(const Model& model) {
  const yolo_detector_info& i = model.info();
  return {{"model", model.name()},
          {"weights", model.weights()},
          {"network_width", i.network_width},
          {"network_height", i.network_height},
          {"device", i.device_name},
          {"precision", NameOf(kReportedPrecisions, i.precision)},
          {"profile", NameOf(kProfiles, i.profile)},
          {"decode", NameOf(kDecodes, i.decode)},
          {"score_threshold", Round6(i.score_threshold)},
          {"nms", NameOf(kNms, i.nms)},
          {"iou_threshold", Round6(i.iou_threshold)},
          {"max_detections", i.max_detections},
          {"lanes", i.num_lanes}};
}

Json TimingsJson(const EvalRun& run) {
  return {{"seconds", run.seconds},
          {"images_per_second", ImagesPerSecond(run)},
          {"callers", run.callers},
          {"batch", run.batch},
          {"mean_ms",
           {{"decode", MeanMs(run, run.stages.decode)},
            {"pack", MeanMs(run, run.stages.pack)},
            {"run", MeanMs(run, run.stages.run)},
            {"extract", MeanMs(run, run.stages.extract)}}}};
}

Json FailuresJson(const EvalRun& run) {
  Json failures = Json::array();
  for (const EvalFailure& failure : run.failures) {
    failures.push_back({{"image", failure.path},
                        {"status", failure.status},
                        {"message", failure.message}});
  }
  return failures;
}

Json MisfitsJson(const EvalRun& run) {
  Json misfits = Json::array();
  for (const EvalMisfit& misfit : run.misfits) {
    misfits.push_back({{"image", misfit.path},
                       {"width", misfit.width},
                       {"height", misfit.height},
                       {"annotated_width", misfit.annotated_width},
                       {"annotated_height", misfit.annotated_height}});
  }
  return misfits;
}

Json PerClassJson(const EvalReport& report) {
  Json classes = Json::array();
  for (size_t i = 0; i < report.truth.categories.size(); ++i) {
    const CocoCategory& category = report.truth.categories[i];
    const CocoCategoryScore& score = report.summary.categories[i];
    classes.push_back({{"category_id", category.id},
                       {"name", category.name},
                       {"ap", score.ap},
                       {"ap50", score.ap50},
                       {"ap75", score.ap75},
                       {"ar", score.ar},
                       {"objects", score.objects},
                       {"detections", score.detections}});
  }
  return classes;
}

Json ConfusionJson(const CocoConfusion& confusion) {
  const size_t side = confusion.num_categories + 1;
  Json counts = Json::array();
  for (size_t row = 0; row < side; ++row) {
    const auto first = confusion.counts.begin() + row * side;
    counts.push_back(std::vector<size_t>(first, first + side));
  }
  return {{"iou", kConfusionIou},
          {"score_threshold", kConfusionScore},
          {"counts", counts}};
}

}  // namespace

std::string EvalText(const EvalReport& report, bool per_class) {
  std::string text = report.model ? ModelText(*report.model) : "";
  text += Counts(report) + CocoText(report.summary);
  if (per_class) text += PerClassText(report);
  if (report.confusion) text += ConfusionText(*report.confusion, report.truth);
  if (report.run) text += SpeedText(*report.run) + TroubleText(*report.run);
  return text;
}

std::string EvalJson(const EvalReport& report) {
  const size_t crowds = NumCrowds(report.truth);
  Json json = {{"stats", report.summary.stats},
               {"annotations", report.annotations},
               {"images", report.truth.images.size()},
               {"objects", report.truth.objects.size() - crowds},
               {"crowds", crowds},
               {"detections", report.detections.size()},
               {"per_class", PerClassJson(report)}};
  if (report.confusion) json["confusion"] = ConfusionJson(*report.confusion);
  if (!report.run) return OneLine(json);
  json["detector"] = ModelJson(*report.model);
  json["timings"] = TimingsJson(*report.run);
  json["truncated_images"] = report.run->num_cut;
  json["failed"] = FailuresJson(*report.run);
  json["misfits"] = MisfitsJson(*report.run);
  return OneLine(json);
}

}  // namespace cli
