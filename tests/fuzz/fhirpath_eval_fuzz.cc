// An expression, a zero byte and a document: evaluation ends, with and without types; what decides
// (test) agrees with what lists the items (evaluate).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "profiles/definition_store.h"
#include "profiles/fhirpath_check.h"
#include "profiles/fhirpath_eval.h"
#include "profiles/fhirpath_parser.h"
#include "profiles/schema.h"
#include "profiles/ucum.h"

namespace {

using namespace oncobridge;
using namespace oncobridge::profiles;
using namespace oncobridge::profiles::fhirpath;

constexpr std::string_view kDocument =
    R"({"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"code":"a"}]},
    "valueQuantity":{"value":1.50,"unit":"mg"},"effectiveDateTime":"2012-04-15","component":[
    {"code":{"text":"b"},"valueString":"x"}],"contained":[{"resourceType":"Patient","id":"p"}],
    "subject":{"reference":"#p"}})";

EvalLimits limits() {
  EvalLimits limits;
  limits.max_visits = 200'000;
  limits.max_items = 50'000;
  return limits;
}

struct Surroundings {
  Surroundings() { store.add_shipped(); }
  DefinitionStore store;
  Schema schema{store};
  Ucum ucum;
  Names names{schema.names()};
  Tape tape{names};
  std::vector<NodeType> types;
  Evaluator evaluator{{schema.names(), &schema, &ucum, nullptr}, limits()};
};

void run(Surroundings& all, const Expression& expression, const NodeType* types) {
  Focus focus;
  focus.document = {&all.tape, types};
  focus.node = all.tape.root();
  const Truth slow = all.evaluator.test(expression, focus);
  focus.child_names = child_names(focus.document, focus.node);
  // Bits of names only spare work.
  if (all.evaluator.test(expression, focus) != slow &&
      all.evaluator.fault().kind != EvalFault::kBudget && slow != Truth::kFault) {
    std::abort();
  }
  const Collection* items = all.evaluator.evaluate(expression, focus);
  if (items == nullptr) return;
  for (const Item& item : *items) {
    Evaluator::type_of(item);
    all.evaluator.text_of(item);
  }
  const bool now = expression.text().find("now") != std::string_view::npos ||
                   expression.text().find("ime") != std::string_view::npos;
  if (slow == Truth::kFault || now || expression.lenient()) return;
  if (items->empty() != (slow == Truth::kEmpty)) std::abort();
  if (items->size() == 1 && items->front().kind == ItemKind::kBoolean &&
      truth(items->front().boolean) != slow) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Surroundings& all = *new Surroundings;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\0');
  const std::string_view text = input.substr(0, end);
  const std::string source(end == std::string_view::npos ? kDocument : input.substr(end + 1));
  all.names.reset();
  if (!all.tape.read_json(source) || all.tape.root() == kNoNode) return 0;
  assign_types(all.schema, all.tape, all.types);
  for (const Leniency leniency : {Leniency::kStrict, Leniency::kDefinitions}) {
    const auto expression = parse(text, all.schema.names(), leniency);
    if (!expression) continue;
    check(**expression, all.schema, all.types[all.tape.root()].type);
    run(all, **expression, all.types.data());
    run(all, **expression, nullptr);
  }
  return 0;
}
