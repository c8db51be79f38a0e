// The most frequent invariants of R4 as functions, each standing for one exact FHIRPath text; a
// test holds the two against each other. dom-3, ref-1 and bdl-7 take time linear in the document.
// A NativeInvariants has the names it needs and memory to work in; it belongs to one thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "profiles/fhirpath_host.h"
#include "profiles/fhirpath_value.h"
#include "profiles/member_facts.h"

namespace oncobridge::profiles {

class NativeInvariants;

// The same as Evaluator::test() of the expression with the node as focus; kFault also where the
// expression is to be asked. The document has types.
using NativeInvariant = fhirpath::Truth (*)(NativeInvariants&, const fhirpath::Document&, NodeId);

// The function that stands for an expression, or null.
NativeInvariant find_native(std::string_view expression);

struct NativeEntry {
  std::string_view key;
  std::string_view expression;
  NativeInvariant function;
};
const std::vector<NativeEntry>& native_table();

class NativeInvariants {
 public:
  explicit NativeInvariants(const NameTable& names);

  // Forgets the last document; to be called before the tape's next one is judged.
  void next_document() {
    ids_of_ = kNoNode;
    facts_.next_document();
  }

  // For the functions.
  struct Known {
    NameId id, contained, meta, version_id, last_updated, security, text, div, extension, value,
        reference, start, end, code, system, type, entry, full_url, resource, component,
        data_absent_reason, coding;
  };
  const Known& names() const { return names_; }
  // Whether a contained resource of `container` has that id.
  bool contains_id(const fhirpath::Document& document, NodeId container, std::string_view id);

  // A text of two parts, told apart only as a whole: `a` + `bc` is `ab` + `c`.
  struct Joined {
    std::string_view first;
    std::string_view second;
  };
  class TextSet {
   public:
    void clear();
    // True if the text is new.
    bool add(const Joined& text);
    bool contains(const Joined& text) const;

   private:
    std::size_t slot_of(const Joined& text, std::uint64_t hash) const;  // where it is, or would be

    std::vector<Joined> texts_;
    std::vector<std::uint64_t> hashes_;
    std::vector<std::uint32_t> slots_;  // index + 1; open addressing
  };
  TextSet& texts() { return texts_; }
  MemberFacts& facts() { return facts_; }

 private:
  Known names_;
  TextSet texts_;  // of one invariant
  TextSet ids_;    // of the contained resources of ids_of_
  NodeId ids_of_ = kNoNode;
  MemberFacts facts_;
};

}  // namespace oncobridge::profiles
