// FHIRPath and threads.
#include <benchmark/benchmark.h>

#include <memory>
#include <thread>

#include "profiles/definitions_impl.h"
#include "profiles/fhirpath_eval.h"
#include "profiles/fhirpath_parser.h"
#include "profiles/native_invariants.h"
#include "profiles/native_shortcuts.h"
#include "tools/bench_validate_rows.h"

namespace oncobridge::bench {
namespace {

using namespace profiles;  // NOLINT: a program

// Of DomainResource and Observation (FHIR R4): those that apply to the resource, without dom-3,
// whose text walks the whole resource.
constexpr std::array<std::string_view, 6> kKeys = {"dom-2", "dom-4", "dom-5",
                                                   "dom-6", "obs-6", "obs-7"};

struct Observation {
  std::unique_ptr<Names> names;
  std::unique_ptr<Tape> tape;
  std::vector<NodeType> types;
};

struct Observations {
  std::vector<Observation> documents;
  std::vector<std::unique_ptr<const fhirpath::Expression>> expressions;
  std::vector<NativeInvariant> natives;
};

Observations read(const Schema& schema, const std::vector<std::string>& sources) {
  Observations all;
  for (const std::string& source : sources) {
    Observation one;
    one.names = std::make_unique<Names>(schema.names());
    one.tape = std::make_unique<Tape>(*one.names);
    if (!one.tape->read_json(source)) fail("cannot read a document");
    if ((*one.tape)[one.tape->root()].value() != "Observation") continue;
    assign_types(schema, *one.tape, one.types);
    all.documents.push_back(std::move(one));
  }
  for (const auto* table : {&native_table(), &shortcut_table()}) {
    for (const NativeEntry& entry : *table) {
      if (std::find(kKeys.begin(), kKeys.end(), entry.key) == kKeys.end()) continue;
      auto parsed =
          fhirpath::parse(entry.expression, schema.names(), fhirpath::Leniency::kDefinitions);
      if (!parsed) fail("cannot parse " + std::string(entry.key));
      all.expressions.push_back(std::move(*parsed));
      all.natives.push_back(entry.function);
    }
  }
  if (all.documents.empty() || all.expressions.size() != kKeys.size()) fail("no Observations");
  return all;
}

std::size_t evaluate(const Observations& all, fhirpath::Evaluator& evaluator) {
  std::size_t held = 0;
  for (const Observation& one : all.documents) {
    fhirpath::Focus focus;
    focus.document = {one.tape.get(), one.types.data()};
    focus.node = one.tape->root();
    focus.child_names = fhirpath::child_names(focus.document, focus.node);
    for (const auto& expression : all.expressions) {
      held += evaluator.test(*expression, focus) == fhirpath::Truth::kTrue;
    }
  }
  return held;
}

void compare(const Schema& schema, const Observations& all, fhirpath::Evaluator& evaluator) {
  NativeInvariants natives(schema.names());
  for (const Observation& one : all.documents) {
    fhirpath::Focus focus;
    focus.document = {one.tape.get(), one.types.data()};
    focus.node = one.tape->root();
    natives.next_document();
    for (std::size_t i = 0; i < all.expressions.size(); ++i) {
      const fhirpath::Truth native = all.natives[i](natives, focus.document, focus.node);
      if (native == fhirpath::Truth::kFault) continue;  // left to the expression
      if (native != evaluator.test(*all.expressions[i], focus)) fail("an invariant differs");
    }
  }
}

}  // namespace

void add_fhirpath_row(const Definitions& definitions, const std::vector<std::string>& documents) {
  const CompiledDefinitions& compiled = definitions.impl().compiled();
  static Observations all = read(compiled.schema(), documents);
  static fhirpath::Evaluator evaluator(
      {compiled.schema().names(), &compiled.schema(), &compiled.ucum(), nullptr});
  compare(compiled.schema(), all, evaluator);
  benchmark::RegisterBenchmark("fhirpath_observations", [](benchmark::State& state) {
    std::size_t held = 0;
    for (auto _ : state) held += evaluate(all, evaluator);
    benchmark::DoNotOptimize(held);
    state.counters["evaluations"] = benchmark::Counter(
        static_cast<double>(state.iterations() * all.documents.size() * all.expressions.size()),
        benchmark::Counter::kIsRate);
  })->Unit(benchmark::kMicrosecond);
}

void add_thread_rows(const Definitions& definitions, const std::vector<std::string>& documents) {
  for (const std::size_t threads : {1, 2}) {
    const std::string name =
        "profiles_" + std::to_string(threads) + (threads == 1 ? "_thread" : "_threads");
    benchmark::RegisterBenchmark(
        name.c_str(),
        [&, threads](benchmark::State& state) {
          constexpr int kRounds = 50;
          std::vector<std::unique_ptr<Validator>> validators;
          for (std::size_t i = 0; i < threads; ++i) {
            validators.push_back(std::make_unique<Validator>(definitions));
            for (const std::string& document : documents) validators.back()->decide(document);
          }
          for (auto _ : state) {
            std::vector<std::thread> workers;
            for (const auto& validator : validators) {
              workers.emplace_back([&documents, &validator] {
                for (int round = 0; round < kRounds; ++round) {
                  for (const std::string& document : documents) {
                    benchmark::DoNotOptimize(validator->decide(document).errors);
                  }
                }
              });
            }
            for (std::thread& worker : workers) worker.join();
          }
          state.counters["resources"] = benchmark::Counter(
              static_cast<double>(state.iterations() * threads * kRounds * documents.size()),
              benchmark::Counter::kIsRate);
        })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
}

}  // namespace oncobridge::bench
