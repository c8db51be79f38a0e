// bench_convert: how fast case records become transaction bundles. Compares results before it times
// them and times a document-tree yardstick in the same run. Besides the Google Benchmark options:
//   --examples DIR           case records to repeat and alter (default: the repository's examples)
//   --report=allocations     heap allocations per resource in the steady state; fails if there are
//   any
//   --report=instructions    converts the unaltered examples --rounds=N times, for callgrind
#include <benchmark/benchmark.h>

#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "converters/chunk_converter.h"
#include "oncobridge/convert.h"
#include "tools/bench/allocations.h"
#include "tools/bench/case_templates.h"
#include "tools/bench/marker_dom.h"

namespace oncobridge::bench {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kCorpusBytes = 24u << 20;
constexpr std::size_t kMarkerRecords = 2000;

// Records in memory, one a line.
struct Corpus {
  std::string lines;
  std::uint64_t records = 0;

  void add(const CaseTemplates& templates) {
    templates.append(records++, lines);
    lines += '\n';
  }
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : left_(bytes) {}
  std::string_view name() const override { return "corpus"; }
  Result<std::size_t> read(char* bytes, std::size_t size) override {
    const std::size_t taken = left_.copy(bytes, size);
    left_.remove_prefix(taken);
    return taken;
  }

 private:
  std::string_view left_;
};

// Counts what comes out; keeps it if asked to.
class CountingSink final : public ConversionSink {
 public:
  bool converted(std::string_view, std::string_view,
                 const std::vector<std::string_view>& parts) override {
    for (const std::string_view part : parts) {
      bytes += part.size();
      if (kept != nullptr) kept->append(part);
    }
    if (++records == half) allocations_at_half = allocations();
    return true;
  }
  bool rejected(const Rejection& rejection) override {
    std::fprintf(stderr, "rejected: line %u %s: %s\n", rejection.first.place.line,
                 rejection.first.place.path.c_str(), rejection.first.rule.c_str());
    return false;
  }
  bool covered(std::string_view) override { return true; }

  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  std::string* kept = nullptr;
  std::uint64_t half = 0;
  std::uint64_t allocations_at_half = 0;
};

[[noreturn]] void fail(std::string_view why) {
  std::fprintf(stderr, "bench_convert: %.*s\n", static_cast<int>(why.size()), why.data());
  std::exit(1);
}

template <typename T>
T checked(Result<T> result) {
  if (!result) fail(result.error().message);
  return std::move(*result);
}

IdMaker make_ids() { return checked(IdMaker::with_namespace(IdMaker::kDefaultNamespace)); }

Converter make_converter(unsigned threads) {
  ConversionOptions options;
  options.threads = threads;
  return checked(Converter::make(make_ids(), options));
}

ConverterParts make_parts() {
  ConverterParts parts{checked(Terms::load(embedded_term_tables())), {}, make_ids(), {}, {}};
  parts.vocabulary = checked(Vocabulary::load(parts.terms));
  return parts;
}

ConversionTotals run(const Converter& converter, const Corpus& corpus, CountingSink& sink) {
  MemorySource source(corpus.lines);
  Converter::Run run(converter, sink);
  if (auto added = run.add(source); !added) fail(added.error().message);
  if (auto finished = run.finish(); !finished) fail(finished.error().message);
  return run.totals();
}

// The corpus as the splitter cuts it.
std::vector<RecordChunk> chunks_of(const Corpus& corpus) {
  MemorySource source(corpus.lines);
  RecordSplitter splitter(source, 16u << 20);
  std::vector<RecordChunk> chunks(1);
  while (checked(splitter.next(chunks.back()))) chunks.emplace_back();
  chunks.pop_back();
  return chunks;
}

// ---- what is compared before it is timed

// Every bundle is well-formed and the resources counted are those that stand in it; two threads
// give the same bytes.
void compare_runs(const Corpus& corpus) {
  std::string one;
  std::string two;
  CountingSink sink;
  sink.kept = &one;
  const ConversionTotals totals = run(make_converter(1), corpus, sink);
  if (totals.converted != corpus.records) fail("not every record was converted");
  std::uint64_t entries = 0;
  for (std::size_t start = 0; start < one.size();) {
    const std::size_t end = one.find('\n', start);
    entries += Json::parse(one.begin() + static_cast<std::ptrdiff_t>(start),
                           one.begin() + static_cast<std::ptrdiff_t>(end))["entry"]
                   .size();
    start = end + 1;
  }
  if (entries != totals.resources)
    fail("the bundles hold another number of resources than was counted");
  sink.kept = &two;
  run(make_converter(2), corpus, sink);
  if (one != two) fail("two threads give other bytes than one");
}

// Both marker mappers give equal Observations for every record.
void compare_markers(const Corpus& corpus, const ConverterParts& parts) {
  ChunkConverter converter(parts);
  ChunkResult result;
  std::size_t compared = 0;
  for (const RecordChunk& chunk : chunks_of(corpus)) {
    converter.convert(chunk, "corpus", result);
    std::size_t start = 0;
    for (std::size_t i = 0; i < chunk.records.size(); ++i) {
      if (!result.records[i].converted) fail("a record of markers was rejected");
      const std::size_t end = result.records[i].output_end[0];
      Json ours = Json::array();
      const Json bundle = Json::parse(result.output[0].view().substr(start, end - start));
      for (const Json& entry : bundle["entry"]) {
        if (entry["resource"]["resourceType"] == "Observation") ours.push_back(entry["resource"]);
      }
      start = end;
      const RecordChunk::Span& span = chunk.records[i];
      const Json record = Json::parse(std::string_view(chunk.bytes).substr(span.offset, span.size));
      const Json theirs = map_markers_by_tree(record, parts.terms, parts.vocabulary, parts.ids);
      if (ours != theirs) {
        std::fprintf(stderr, "difference (ours to the yardstick's): %s\n",
                     Json::diff(ours, theirs).dump(1).c_str());
        fail("the marker mapper and its yardstick disagree");
      }
      compared += ours.size();
    }
  }
  if (compared == 0) fail("no Observation was compared");
  std::printf("equal: %zu tumour marker Observations, ours and the document tree's\n", compared);
}

// ---- benchmarks

void bench_convert(benchmark::State& state, const Corpus& corpus) {
  const Converter converter = make_converter(static_cast<unsigned>(state.range(0)));
  std::uint64_t resources = 0;
  std::uint64_t out = 0;
  for (auto _ : state) {
    CountingSink sink;
    resources += run(converter, corpus, sink).resources;
    out += sink.bytes;
  }
  const auto rate = [](double n) { return benchmark::Counter(n, benchmark::Counter::kIsRate); };
  state.counters["resources"] = rate(static_cast<double>(resources));
  state.counters["bytes_in"] =
      rate(static_cast<double>(corpus.lines.size()) * static_cast<double>(state.iterations()));
  state.counters["bytes_out"] = rate(static_cast<double>(out));
}

void bench_markers(benchmark::State& state, const std::vector<RecordChunk>& chunks,
                   const ConverterParts& parts) {
  ChunkConverter converter(parts);
  ChunkResult result;
  std::uint64_t records = 0;
  for (auto _ : state) {
    for (const RecordChunk& chunk : chunks) {
      converter.convert(chunk, "corpus", result);
      records += result.records.size();
    }
  }
  state.counters["records"] =
      benchmark::Counter(static_cast<double>(records), benchmark::Counter::kIsRate);
}

void bench_markers_by_tree(benchmark::State& state, const std::vector<RecordChunk>& chunks,
                           const ConverterParts& parts) {
  std::uint64_t records = 0;
  for (auto _ : state) {
    for (const RecordChunk& chunk : chunks) {
      for (const RecordChunk::Span& span : chunk.records) {
        const Json record =
            Json::parse(std::string_view(chunk.bytes).substr(span.offset, span.size));
        std::string text =
            map_markers_by_tree(record, parts.terms, parts.vocabulary, parts.ids).dump();
        benchmark::DoNotOptimize(text.data());
        ++records;
      }
    }
  }
  state.counters["records"] =
      benchmark::Counter(static_cast<double>(records), benchmark::Counter::kIsRate);
}

// The usual table, and the times of both marker mappers for the ratio.
class Reporter final : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const double time = run.cpu_accumulated_time / static_cast<double>(run.iterations);
      if (run.run_name.function_name == "markers")
        ours_ = ours_ == 0 ? time : std::min(ours_, time);
      if (run.run_name.function_name == "markers_by_tree")
        theirs_ = theirs_ == 0 ? time : std::min(theirs_, time);
    }
    ConsoleReporter::ReportRuns(runs);
  }
  double ratio() const { return ours_ > 0 ? theirs_ / ours_ : 0; }

 private:
  double ours_ = 0;
  double theirs_ = 0;
};

// ---- reports

// A run of the public interface, and one worker alone after it has seen every chunk once.
int report_allocations(const Corpus& corpus) {
  CountingSink sink;
  sink.half = corpus.records / 2;
  const Converter converter = make_converter(1);
  const ConversionTotals totals = run(converter, corpus, sink);
  const std::uint64_t in_run = allocations() - sink.allocations_at_half;

  const ConverterParts parts = make_parts();
  const std::vector<RecordChunk> chunks = chunks_of(corpus);
  ChunkConverter worker(parts);
  ChunkResult result;
  const auto convert_all = [&] {
    for (const RecordChunk& chunk : chunks) worker.convert(chunk, "corpus", result);
  };
  convert_all();
  convert_all();  // the output buffers alternate between worker and result
  const std::uint64_t in_worker = allocations_of(convert_all);
  const auto print = [](const char* name, std::uint64_t count, std::uint64_t resources) {
    std::printf("%s_allocations=%llu %s_resources=%llu\n", name,
                static_cast<unsigned long long>(count), name,
                static_cast<unsigned long long>(resources));
  };
  print("worker", in_worker, totals.resources);
  print("second_half_of_run", in_run, totals.resources / 2);
  return in_worker == 0 ? 0 : 1;
}

int report_instructions(const CaseTemplates& templates, std::uint64_t rounds) {
  Corpus corpus;
  while (corpus.records < templates.size()) corpus.add(templates);
  const ConverterParts parts = make_parts();
  const std::vector<RecordChunk> chunks = chunks_of(corpus);
  ChunkConverter converter(parts);
  ChunkResult result;
  std::uint64_t resources = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (const RecordChunk& chunk : chunks) {
      converter.convert(chunk, "corpus", result);
      for (const RecordOutcome& outcome : result.records) {
        if (!outcome.converted) fail("an example was rejected");
        resources += outcome.resources;
      }
    }
  }
  std::printf("resources=%llu\n", static_cast<unsigned long long>(resources));
  return 0;
}

Corpus marker_corpus(const CaseTemplates& templates) {
  CaseTemplates markers;
  for (std::size_t n = 0; n < templates.size(); ++n) {
    std::string record;
    templates.append(n, record);
    const Json reduced = marker_record(Json::parse(record));
    if (!reduced.is_null()) markers.add(reduced.dump());
  }
  if (markers.size() == 0) fail("no example has markers");
  Corpus corpus;
  while (corpus.records < kMarkerRecords) corpus.add(markers);
  return corpus;
}

int run_benchmarks(const CaseTemplates& templates, const Corpus& corpus) {
  const ConverterParts parts = make_parts();
  const Corpus markers = marker_corpus(templates);
  compare_runs(corpus);
  compare_markers(markers, parts);
  const std::vector<RecordChunk> chunks = chunks_of(markers);
  const auto convert = [&](benchmark::State& state) { bench_convert(state, corpus); };
  benchmark::RegisterBenchmark("convert", convert)
      ->ArgName("threads")
      ->Arg(1)
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("convert", convert)
      ->ArgName("threads")
      ->Arg(2)
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
  benchmark::RegisterBenchmark("markers", [&](benchmark::State& state) {
    bench_markers(state, chunks, parts);
  })->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("markers_by_tree", [&](benchmark::State& state) {
    bench_markers_by_tree(state, chunks, parts);
  })->Unit(benchmark::kMillisecond);
  Reporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  if (reporter.ratio() > 0)
    std::printf("markers: %.1f times as fast as the document tree\n", reporter.ratio());
  return 0;
}

int usage(const char* argument) {
  std::fprintf(stderr, "bench_convert: unknown argument %s\n", argument);
  return 2;
}

}  // namespace
}  // namespace oncobridge::bench

int main(int argc, char** argv) {
  using namespace oncobridge::bench;
  benchmark::Initialize(&argc, argv);
  std::string examples = ONCOBRIDGE_SOURCE_DIR "/examples";
  std::string report;
  std::uint64_t rounds = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--examples" && i + 1 < argc) {
      examples = argv[++i];
    } else if (argument.starts_with("--report=")) {
      report = argument.substr(9);
    } else if (argument.starts_with("--rounds=")) {
      std::from_chars(argv[i] + 9, argv[i] + argument.size(), rounds);
    } else {
      return usage(argv[i]);
    }
  }
  const CaseTemplates templates = checked(CaseTemplates::load({examples}));
  if (report == "instructions") return report_instructions(templates, rounds);
  if (!report.empty() && report != "allocations") return usage(report.c_str());
  Corpus corpus;
  while (corpus.lines.size() < kCorpusBytes) corpus.add(templates);
  return report.empty() ? run_benchmarks(templates, corpus) : report_allocations(corpus);
}
