#include "profiles/rules.h"

#include <algorithm>

namespace oncobridge {

const std::vector<Rule>& rule_table() {
  static const std::vector<Rule> table = {
#define RULE(name, id, code, severity, statement, source) \
  {id, code, Severity::k##severity, statement, source},
#include "profiles/rules.def"
#undef RULE
  };
  return table;
}

std::string_view severity_code(Severity severity) {
  static constexpr std::string_view kCodes[] = {"fatal", "error", "warning", "information"};
  return kCodes[static_cast<std::size_t>(severity)];
}

namespace profiles {

const Rule& rule(RuleId id) { return rule_table()[static_cast<std::size_t>(id)]; }

const Rule* find_rule(std::string_view id) {
  const auto& table = rule_table();
  const auto found =
      std::find_if(table.begin(), table.end(), [id](const Rule& rule) { return rule.id == id; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace profiles
}  // namespace oncobridge
