// Any bytes as a resource in JSON or XML: the judge ends, counts the same whether it explains or
// only decides, and what it says is readable. What stands before a zero byte is a definition or a
// questionnaire that the resource is judged against.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "oncobridge/profile/validator.h"
#include "tests/fuzz/tape_property.h"

namespace {

using namespace oncobridge;

ValidatorOptions strict_options() {
  ValidatorOptions options;
  options.best_practice = true;
  options.allow_example_urls = false;
  options.security_checks = true;
  options.references = ReferenceCheck::kExistsAndType;
  options.strict = true;
  options.max_issues = 20;
  options.bundle_profiles = {"Patient=http://example.org/fuzz"};
  return options;
}

bool same(const Verdict& a, const Verdict& b) {
  return a.fatal == b.fatal && a.errors == b.errors && a.warnings == b.warnings &&
         a.information == b.information && a.not_checked == b.not_checked;
}

void judge(Validator& validator, std::string_view source, std::uint32_t max_issues) {
  const Verdict decided = validator.decide(source);
  const std::size_t unchecked = validator.not_checked().size();
  require(validator.issues().empty(), "deciding makes no issues");
  const Verdict judged = validator.judge(source);
  require(same(decided, judged), "deciding and explaining count the same");
  require(validator.not_checked().size() == unchecked, "both name what could not be checked");
  const std::uint64_t counted =
      std::uint64_t{judged.fatal} + judged.errors + judged.warnings + judged.information;
  const std::uint64_t limited = counted > max_issues ? max_issues + std::uint64_t{1} : counted;
  require(validator.issues().size() == limited,
          "there are as many issues as were counted, and one that says that there are more");
  require(is_utf8(validator.resource_name()), "the name of the resource is UTF-8");
  for (const Issue& issue : validator.issues()) {
    require(issue.rule != nullptr, "an issue has a rule");
    require(is_utf8(issue.text) && is_utf8(issue.expression) && is_utf8(issue.profile),
            "an issue is UTF-8");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Definitions& shipped = *Definitions::shipped().release();
  static Validator& usual = *new Validator(shipped);
  static Validator& strict = *new Validator(shipped, strict_options());
  // Views of the input itself: a copy in a string may be read one byte too far.
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\0');
  if (end == std::string_view::npos) {
    judge(usual, input, ValidatorOptions().max_issues);
    judge(strict, input, strict_options().max_issues);
    return 0;
  }
  const std::string_view source = input.substr(end + 1);
  const std::unique_ptr<Definitions> own = Definitions::shipped();
  const std::string_view definition = input.substr(0, end);
  if (!own->add_definition(definition, "fuzz") && !own->add_questionnaire(definition)) return 0;
  ValidatorOptions options;
  options.profiles = {"http://example.org/fuzz"};
  Validator validator(*own, options);
  judge(validator, source, options.max_issues);
  return 0;
}
