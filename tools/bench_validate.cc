// bench_validate: how fast FHIR is judged, over the corpora of public examples in a packages
// folder:
//   A  all examples of hl7.fhir.r4.examples     B  its clinical resources
//   C  the examples of hl7.fhir.us.mcode that are no bundles
// Compares before it times: deciding and explaining must give the same counts, one round after the
// other. A visit of the same bytes by simdjson is the yardstick of the same run. Besides the Google
// Benchmark options:
//   --packages DIR           folder with the .tgz packages (default: ../shared/packages)
//   --report=allocations     heap allocations of a third round over the corpus and a transaction of
//   it
//   --report=start           best wall time and largest memory of --rounds=N runs of the command: a
//                            Patient to its verdict, and the same with an unpacked US Core
//   --report=instructions    judges the corpus --rounds=N times, for callgrind
//   --corpus=B|C             for the reports: B against the base types, or C with the profiles that
//                            its resources claim (default)
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "oncobridge/fhir/tape.h"
#include "oncobridge/profile/validator.h"
#include "profiles/tgz.h"
#include "tools/bench/allocations.h"
#include "tools/bench_validate_rows.h"

namespace oncobridge::bench {

void fail(const std::string& why) {
  std::fprintf(stderr, "bench_validate: %s\n", why.c_str());
  std::exit(1);
}

namespace {

struct Corpus {
  std::vector<std::string> documents;
  std::size_t bytes = 0;

  void add(std::string_view document) {
    documents.emplace_back(document);
    // simdjson reads beyond the end.
    documents.back().reserve(document.size() + simdjson::SIMDJSON_PADDING);
    bytes += document.size();
  }
};

std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

// Resource types that define others: not clinical.
constexpr std::array<std::string_view, 36> kDefinitions = {"ActivityDefinition",
                                                           "Bundle",
                                                           "CapabilityStatement",
                                                           "ChargeItemDefinition",
                                                           "CodeSystem",
                                                           "CompartmentDefinition",
                                                           "ConceptMap",
                                                           "EffectEvidenceSynthesis",
                                                           "EventDefinition",
                                                           "Evidence",
                                                           "EvidenceVariable",
                                                           "ExampleScenario",
                                                           "GraphDefinition",
                                                           "ImplementationGuide",
                                                           "Library",
                                                           "Linkage",
                                                           "Measure",
                                                           "MeasureReport",
                                                           "MessageDefinition",
                                                           "MessageHeader",
                                                           "NamingSystem",
                                                           "OperationDefinition",
                                                           "OperationOutcome",
                                                           "Parameters",
                                                           "PlanDefinition",
                                                           "Questionnaire",
                                                           "ResearchDefinition",
                                                           "ResearchElementDefinition",
                                                           "RiskEvidenceSynthesis",
                                                           "SearchParameter",
                                                           "StructureDefinition",
                                                           "StructureMap",
                                                           "Subscription",
                                                           "TerminologyCapabilities",
                                                           "TestReport",
                                                           "TestScript"};

bool is_definition(std::string_view type) {
  return type == "ValueSet" ||
         std::find(kDefinitions.begin(), kDefinitions.end(), type) != kDefinitions.end();
}

// The resources of a package, by the type that begins their file's name.
template <typename Wanted>
Corpus read_corpus(const std::filesystem::path& folder, std::string_view package, Wanted wanted) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(package) || !name.ends_with(".tgz")) continue;
    const std::string bytes = file_bytes(entry.path());
    Corpus corpus;
    profiles::TgzVisitor visitor;
    visitor.wants = [&](std::string_view path) {
      const std::string_view file = path.substr(path.rfind('/') + 1);
      return file.ends_with(".json") && file.find('-') != std::string_view::npos &&
             wanted(path, file.substr(0, file.find('-')));
    };
    visitor.on_file = [&](std::string_view, std::string_view document) { corpus.add(document); };
    visitor.on_fault = [](const Fault&) {};
    if (auto visited = profiles::visit_tgz(bytes, visitor); !visited) fail(visited.error().message);
    if (corpus.documents.empty()) fail("no examples in " + name);
    return corpus;
  }
  fail("no package " + std::string(package) + " in " + folder.string());
}

Corpus corpus_a(const std::filesystem::path& folder) {
  return read_corpus(folder, "hl7.fhir.r4.examples-",
                     [](std::string_view, std::string_view) { return true; });
}
Corpus corpus_b(const std::filesystem::path& folder) {
  return read_corpus(folder, "hl7.fhir.r4.examples-", [](std::string_view, std::string_view type) {
    // `ig-r4.json` is the specification's ImplementationGuide.
    return !is_definition(type) && type != "ig";
  });
}
Corpus corpus_c(const std::filesystem::path& folder) {
  return read_corpus(folder, "hl7.fhir.us.mcode-",
                     [](std::string_view path, std::string_view type) {
                       return path.find("example/") != std::string_view::npos && type != "Bundle";
                     });
}

// The corpus' resources in a transaction that puts them.
std::string transaction_of(const Corpus& corpus) {
  std::string bundle = R"({"resourceType":"Bundle","type":"transaction","entry":[)";
  NameTable table;
  Names names(table);
  Tape tape(names);
  for (const std::string& document : corpus.documents) {
    if (!tape.read_json(document)) fail("an example cannot be read");
    std::string_view id;
    for (NodeId child = tape[tape.root()].first; child != kNoNode; child = tape[child].next) {
      if (tape.name(child) == "id") id = tape[child].value();
    }
    const std::string url = std::string(tape[tape.root()].value()) + "/" + std::string(id);
    if (bundle.back() == '}') bundle += ',';
    bundle += R"({"fullUrl":"http://example.org/)" + url + R"(","resource":)" + document +
              R"(,"request":{"method":"PUT","url":")" + url + R"("}})";
  }
  return bundle + "]}";
}

// A collection of the corpus' resources, repeated to `entries`.
std::string bundle_of(const Corpus& corpus, std::size_t entries) {
  std::string bundle = R"({"resourceType":"Bundle","type":"collection","entry":[)";
  for (std::size_t i = 0; i < entries; ++i) {
    if (i > 0) bundle += ',';
    char url[64];
    std::snprintf(url, sizeof(url), "urn:uuid:00000000-0000-4000-8000-%012zu", i);
    bundle += R"({"fullUrl":")" + std::string(url) + R"(","resource":)";
    bundle += corpus.documents[i % corpus.documents.size()];
    bundle += '}';
  }
  return bundle + "]}";
}

ValidatorOptions options_of(bool base) {
  ValidatorOptions options;
  options.ignore_meta_profile = base;
  return options;
}

bool same(const Verdict& a, const Verdict& b) {
  return a.fatal == b.fatal && a.errors == b.errors && a.warnings == b.warnings &&
         a.information == b.information && a.not_checked == b.not_checked;
}

// Deciding and explaining agree, and a second look is like the first.
void compare(const Definitions& definitions, const Corpus& corpus, bool base) {
  Validator fast(definitions, options_of(base));
  Validator explaining(definitions, options_of(base));
  for (const std::string& document : corpus.documents) {
    const Verdict decided = fast.decide(document);
    if (!same(decided, explaining.judge(document)) || !same(decided, fast.decide(document))) {
      fail("the counts of " + std::string(explaining.resource_name()) + " differ");
    }
  }
}

void judge(benchmark::State& state, const Definitions& definitions, const Corpus& corpus,
           bool base) {
  Validator validator(definitions, options_of(base));
  std::uint64_t errors = 0;
  for (auto _ : state) {
    for (const std::string& document : corpus.documents)
      errors += validator.decide(document).errors;
  }
  benchmark::DoNotOptimize(errors);
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["resources"] = benchmark::Counter(
      rounds * static_cast<double>(corpus.documents.size()), benchmark::Counter::kIsRate);
  state.counters["bytes"] =
      benchmark::Counter(rounds * static_cast<double>(corpus.bytes), benchmark::Counter::kIsRate);
}

// Every value of the document touched once.
std::uint64_t visit(simdjson::ondemand::value value) {
  std::uint64_t seen = 1;
  switch (value.type()) {
    case simdjson::ondemand::json_type::array:
      for (auto item : value.get_array()) seen += visit(item.value());
      break;
    case simdjson::ondemand::json_type::object:
      for (auto field : value.get_object()) {
        seen += field.unescaped_key().value().size();
        seen += visit(field.value());
      }
      break;
    case simdjson::ondemand::json_type::string:
      seen += value.get_string().value().size();
      break;
    default:
      seen += value.raw_json_token().size();
  }
  return seen;
}

void yardstick(benchmark::State& state, const Corpus& corpus) {
  simdjson::ondemand::parser parser;
  std::vector<simdjson::padded_string> documents;
  for (const std::string& document : corpus.documents) documents.emplace_back(document);
  std::uint64_t seen = 0;
  for (auto _ : state) {
    for (const simdjson::padded_string& document : documents) {
      auto parsed = parser.iterate(document);
      for (auto field : parsed.get_object()) {
        seen += field.unescaped_key().value().size();
        seen += visit(field.value());
      }
    }
  }
  benchmark::DoNotOptimize(seen);
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["bytes"] =
      benchmark::Counter(rounds * static_cast<double>(corpus.bytes), benchmark::Counter::kIsRate);
}

void bundle(benchmark::State& state, const Definitions& definitions, const std::string& document) {
  Validator validator(definitions, options_of(false));
  validator.decide(document);  // as for the corpora, the memory is at hand when time begins
  for (auto _ : state) benchmark::DoNotOptimize(validator.decide(document).errors);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * document.size()));
}

int report_allocations(const Definitions& definitions, const Corpus& corpus, bool base) {
  Validator validator(definitions, options_of(base));
  const std::string transaction = transaction_of(corpus);
  const auto round = [&] {
    for (const std::string& document : corpus.documents) validator.decide(document);
    validator.decide(transaction);
  };
  round();
  round();
  const std::uint64_t counted = allocations_of(round);
  std::printf("allocations=%llu resources=%zu\n", static_cast<unsigned long long>(counted),
              corpus.documents.size());
  return counted == 0 ? 0 : 1;
}

int report_instructions(const Definitions& definitions, const Corpus& corpus, bool base,
                        int rounds) {
  Validator validator(definitions, options_of(base));
  std::uint64_t resources = 0;
  for (int round = 0; round < rounds; ++round) {
    for (const std::string& document : corpus.documents) {
      validator.decide(document);
      ++resources;
    }
  }
  std::printf("resources=%llu\n", static_cast<unsigned long long>(resources));
  return 0;
}

int run_benchmarks(const Definitions& definitions, const std::filesystem::path& folder) {
  static const Corpus a = corpus_a(folder);
  static const Corpus b = corpus_b(folder);
  static const Corpus c = corpus_c(folder);
  compare(definitions, a, true);
  compare(definitions, b, true);
  compare(definitions, c, true);
  compare(definitions, c, false);
  const auto add = [&](const char* name, const Corpus& corpus, bool base) {
    benchmark::RegisterBenchmark(name, [&definitions, &corpus, base](benchmark::State& state) {
      judge(state, definitions, corpus, base);
    })->Unit(benchmark::kMillisecond);
  };
  add("C_profiles", c, false);
  add("C_base", c, true);
  add("B_base", b, true);
  add("A_base", a, true);
  const auto add_yardstick = [](const char* name, const Corpus& corpus) {
    benchmark::RegisterBenchmark(name, [&corpus](benchmark::State& state) {
      yardstick(state, corpus);
    })->Unit(benchmark::kMillisecond);
  };
  add_yardstick("C_simdjson", c);
  add_yardstick("A_simdjson", a);
  add_fhirpath_row(definitions, c.documents);
  add_thread_rows(definitions, c.documents);
  static const std::string small = bundle_of(c, 1'000);
  static const std::string large = bundle_of(c, 100'000);
  benchmark::RegisterBenchmark("bundle_1000", [&](benchmark::State& state) {
    bundle(state, definitions, small);
  })->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("bundle_100000",
                               [&](benchmark::State& state) { bundle(state, definitions, large); })
      ->Unit(benchmark::kMillisecond)
      ->Iterations(3);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace oncobridge::bench

int main(int argc, char** argv) {
  using namespace oncobridge;         // NOLINT: a program
  using namespace oncobridge::bench;  // NOLINT
  benchmark::Initialize(&argc, argv);
  std::filesystem::path folder =
      std::filesystem::path(ONCOBRIDGE_SOURCE_DIR) / "../shared/packages";
  std::string report;
  std::string corpus = "C";
  int rounds = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--packages" && i + 1 < argc) {
      folder = argv[++i];
    } else if (argument.starts_with("--report=")) {
      report = argument.substr(9);
    } else if (argument == "--corpus=B" || argument == "--corpus=C") {
      corpus = argument.substr(9);
    } else if (argument.starts_with("--rounds=")) {
      rounds = std::stoi(std::string(argument.substr(9)));
    } else {
      fail("unknown argument " + std::string(argument));
    }
  }
  if (!std::filesystem::is_directory(folder)) {
    std::printf("skipped: no packages at %s\n", folder.string().c_str());
    return 77;
  }
  const auto definitions = Definitions::shipped();
  if (!report.empty()) {
    const bool base = corpus == "B";
    const Corpus judged = base ? corpus_b(folder) : corpus_c(folder);
    if (report == "allocations") return report_allocations(*definitions, judged, base);
    if (report == "start") return report_start(folder, corpus_c(folder).documents, rounds);
    if (report == "instructions") return report_instructions(*definitions, judged, base, rounds);
    fail("unknown report " + report);
  }
  return run_benchmarks(*definitions, folder);
}
