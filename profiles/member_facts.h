// What the shortcuts of native_shortcuts.cc ask of a node, found in one pass over its children and
// kept for the node asked for last: which members it has and, for the views of a
// StructureDefinition and the entries of a Bundle, what all of their items have in common. Belongs
// to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "profiles/fhirpath_value.h"

namespace oncobridge::profiles {

// The members that shortcuts look at; choices by the name before the type.
enum class Fact : std::uint8_t {
  kNone,
#define FACT(id, name) id,
#include "profiles/member_facts.def"
#undef FACT
  kCount
};

// Texts that are to differ from one another.
class DistinctTexts {
 public:
  void clear();
  bool add(std::string_view text);  // true if it is new

 private:
  struct Entry {
    std::uint64_t hash;
    std::string_view text;
  };
  void grow();

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // index + 1; open addressing
};

class MemberFacts {
 public:
  explicit MemberFacts(const NameTable& names);
  void next_document();

  // Children of one node.
  struct Members {
    NodeId node = kNoNode;
    std::uint64_t present = 0;
    std::uint64_t several = 0;
    std::array<NodeId, static_cast<std::size_t>(Fact::kCount)> first;  // where present

    static std::uint64_t bit(Fact fact) { return std::uint64_t{1} << static_cast<unsigned>(fact); }
    bool has(Fact fact) const { return (present & bit(fact)) != 0; }
    bool has_one(Fact fact) const { return has(fact) && (several & bit(fact)) == 0; }
    bool has_several(Fact fact) const { return (several & bit(fact)) != 0; }
    NodeId at(Fact fact) const { return first[static_cast<std::size_t>(fact)]; }
  };
  const Members& of(const fhirpath::Document& document, NodeId node);
  void read(const fhirpath::Document& document, NodeId node, Members& members) const;

  // A snapshot or differential.
  struct View {
    NodeId node = kNoNode;
    bool has_paths = false;  // elements, each with one path; else nothing below is said
    std::string_view first_path;
    bool first_has_type = false;
    bool below_first = true;       // other paths begin with the first one and a dot
    bool below_first_name = true;  // with the first name of the first one and a dot
    bool all_told = true;          // each has definition, min and max
    bool all_have_base = true;
    bool ids_differ = true;  // each has one
    bool paths_differ = true;
    bool no_default = true;
    bool plain_types = true;   // codes of letters and digits, or System types
    bool dotted_types = true;  // the same, dots allowed
    bool bare_roots = true;    // where a path has no dot: no label, code, requirements
    bool whole_roots = true;   // where a path has no dot: no sliceName
  };
  const View& view(const fhirpath::Document& document, NodeId node);

  // The entries of a bundle.
  struct Entries {
    NodeId bundle = kNoNode;
    std::size_t count = 0;
    std::size_t requests = 0;  // entries that have one
    std::size_t responses = 0;
    std::size_t searches = 0;
  };
  const Entries& entries(const fhirpath::Document& document, NodeId bundle);

  DistinctTexts& texts() { return texts_; }
  NameId name(Fact fact) const { return names_[static_cast<std::size_t>(fact)]; }

 private:
  void read_view(const fhirpath::Document& document, NodeId node, View& view);
  void read_types(const fhirpath::Document& document, NodeId element, View& view) const;

  std::array<NameId, static_cast<std::size_t>(Fact::kCount)> names_{};
  std::vector<Fact> facts_;  // by name
  Members members_;
  std::array<View, 2> views_;
  std::size_t next_view_ = 0;
  Entries entries_;
  DistinctTexts texts_;
  DistinctTexts ids_;
};

// The text of an element that is a string for FHIRPath; null data for any other.
std::string_view string_of(const fhirpath::Document& document, NodeId node);

}  // namespace oncobridge::profiles
