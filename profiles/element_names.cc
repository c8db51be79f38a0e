#include "profiles/element_names.h"

#include "profiles/definition_words.h"

namespace oncobridge::profiles {

std::vector<std::string> element_names_of(const StructureDefinition& structure) {
  std::vector<std::string> names;
  if (structure.constraint) return names;
  for (const ElementDefinition& element : structure.snapshot) {
    const std::size_t dot = element.path.rfind('.');
    if (dot == std::string::npos) continue;
    std::string name = element.path.substr(dot + 1);
    if (!name.ends_with("[x]")) {
      names.push_back(std::move(name));
      continue;
    }
    name.resize(name.size() - 3);
    names.push_back(name);
    for (const TypeRef& type : element.types) {
      append_choice_suffix(names.emplace_back(name), type.code);
    }
  }
  return names;
}

}  // namespace oncobridge::profiles
