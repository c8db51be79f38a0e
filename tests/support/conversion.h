// Runs a conversion in this process and keeps everything that it gives out.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "oncobridge/convert.h"
#include "tests/support/byte_sources.h"

namespace oncobridge::test {

struct Converted {
  std::string output;                 // all bundles; with NDJSON all resources, marked by type
  std::vector<std::string> case_ids;  // of the converted records, in their order
  std::vector<std::string> rejects;   // lines of the reject file
  std::vector<std::string> covers;    // lines of the coverage report
  std::vector<FieldCoverage> fields;
  ConversionTotals totals;
  std::string error;  // why the run ended early

  // Everything as one text, to compare two runs by.
  std::string all() const {
    std::string text = output + "\n" + error;
    for (const std::string& line : rejects) text += line;
    for (const std::string& line : covers) text += line;
    for (const FieldCoverage& field : fields) {
      text += field.path + " " + std::to_string(field.facts) + " " + std::to_string(field.unused) +
              " " + std::to_string(field.uncoded) + "\n";
    }
    return text + std::to_string(totals.records) + " " + std::to_string(totals.converted) + " " +
           std::to_string(totals.rejected) + " " + std::to_string(totals.resources) + " " +
           std::to_string(totals.facts) + " " + std::to_string(totals.unused) + " " +
           std::to_string(totals.uncoded) + " " + std::to_string(totals.flags);
  }
};

class KeepingSink final : public ConversionSink {
 public:
  explicit KeepingSink(Converted& kept, std::size_t stop_after = ~std::size_t{0})
      : kept_(kept), stop_after_(stop_after) {}
  bool converted(std::string_view case_id, std::string_view,
                 const std::vector<std::string_view>& parts) override {
    kept_.case_ids.emplace_back(case_id);
    for (std::size_t type = 0; type < parts.size(); ++type) {
      if (parts.size() > 1) kept_.output += std::to_string(type) + ":";
      kept_.output += parts[type];
    }
    return kept_.case_ids.size() < stop_after_;
  }
  bool rejected(const Rejection& rejection) override {
    kept_.rejects.emplace_back(rejection.json_line);
    return true;
  }
  bool covered(std::string_view line) override {
    kept_.covers.emplace_back(line);
    return true;
  }

 private:
  Converted& kept_;
  std::size_t stop_after_;
};

// Converts the sources one after the other in one run, with the project's own id namespace.
inline Converted convert_all(const std::vector<ByteSource*>& sources,
                             ConversionOptions options = {},
                             std::size_t stop_after = ~std::size_t{0}) {
  Converted kept;
  auto converter = Converter::make(IdMaker::with_namespace(IdMaker::kDefaultNamespace).value(),
                                   std::move(options));
  EXPECT_TRUE(converter) << (converter ? "" : converter.error().message);
  if (!converter) return kept;
  KeepingSink sink(kept, stop_after);
  Converter::Run run(*converter, sink);
  for (ByteSource* source : sources) {
    const auto added = run.add(*source);
    if (!added) kept.error = added.error().rule + ": " + added.error().message;
    if (!added && added.error().rule != "input") return kept;
  }
  if (const auto finished = run.finish(); !finished) {
    kept.error = finished.error().rule + ": " + finished.error().message;
  }
  kept.totals = run.totals();
  kept.fields = run.fields();
  return kept;
}

inline Converted convert(const std::string& text, ConversionOptions options = {}) {
  PiecesSource source(text, 1u << 20, "records");
  return convert_all({&source}, std::move(options));
}

}  // namespace oncobridge::test
