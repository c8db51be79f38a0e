// Makes Checks from element definitions: parses fixed and pattern values, compiles invariants.
// May be called from several threads at once; what it makes is immutable and lives as long as it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "profiles/checks.h"

namespace oncobridge::profiles {

class CheckCompiler {
 public:
  CheckCompiler();
  ~CheckCompiler();

  // Before the first use: names and types come from there.
  void set_schema(const Schema& schema) { schema_ = &schema; }

  // What `element` demands and `base` (the same element of the base type; may be null) and
  // `type_root` (the root of the value's type; may be null) do not; null if that is nothing.
  std::unique_ptr<Checks> make(const StructureDefinition& structure,
                               const ElementDefinition& element, const ElementDefinition* base,
                               const ElementDefinition* type_root);

  std::unique_ptr<ValueTree> make_value(const DefinedValue& value) const;
  static std::unique_ptr<BindingRule> make_binding(const Binding& binding);

 private:
  Invariant make_invariant(const StructureDefinition& structure, const Constraint& constraint);
  std::vector<TypeRule> make_types(const ElementDefinition& element) const;

  const Schema* schema_ = nullptr;
  struct Expressions;  // compiled ones by text
  std::unique_ptr<Expressions> expressions_;
};

// The walk holds these itself: an element has a value or children (ele-1), an extension a value or
// extensions (ext-1), a contained resource is referred to (dom-3), narratives keep to XHTML (txt-1,
// txt-2), documents and messages begin as they must (bdl-11, bdl-12).
bool is_held_by_walk(const Constraint& constraint);

}  // namespace oncobridge::profiles
