// The members of definitions as numbers, so that a reader can switch over them. Filled once.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "oncobridge/fhir/tape.h"

namespace oncobridge::profiles {

enum class Member : std::uint8_t {
  kNone,
#define MEMBER(id, name) id,
#include "profiles/definition_members.def"
#undef MEMBER
  kCount
};

class Members {
 public:
  explicit Members(NameTable& table);
  // For tapes whose names are of a table that is complete: members that it lacks are never met.
  explicit Members(const NameTable& table);

  NameId id(Member member) const { return ids_[static_cast<std::size_t>(member)]; }
  Member of(const Node& node) const {
    return node.name < members_.size() ? members_[node.name] : Member::kNone;
  }

  // The url of an extension, and the text of its value[x], whatever the type.
  std::string_view extension_url(const Tape& tape, NodeId extension) const;
  std::string_view extension_value(const Tape& tape, NodeId extension) const;

 private:
  std::array<NameId, static_cast<std::size_t>(Member::kCount)> ids_{};
  template <typename NumberOf>
  void fill(const NumberOf& number_of);
  std::vector<Member> members_;
};

}  // namespace oncobridge::profiles
