// Resource ids of a record's facts. A fact's natural key is its role and the fields that its shape
// marks as key (code, site, date, specimen ...), never its value: a corrected value keeps the id, and a
// fact added before it does not move it. Only facts with equal keys are told apart by an ordinal.
#pragma once

#include <string>
#include <vector>

#include "oncobridge/base/uuid.h"
#include "oncobridge/record/case_record.h"
#include "oncobridge/record/shape.h"

namespace oncobridge {

class FactIds {
 public:
  explicit FactIds(const IdMaker& maker) : maker_(maker) {}

  // Sets Fact::uuid of every fact of the record and changes nothing else in it.
  void assign(const CaseRecord& record);

  // The id of a further resource of the case: `owner` is the id of the fact it belongs to or a fixed
  // word, `role` what it is there.
  void derive(std::string_view owner, std::string_view role, UuidText& out);
  // The id of a patient, which depends on the case id alone.
  void patient(std::string_view case_id, UuidText& out);

 private:
  struct Seen {
    std::uint64_t hash;
    std::uint32_t count;
  };
  void assign_all(const Shape& shape, const char* base);
  void assign_fact(const Shape& shape, Fact& fact);
  std::uint32_t ordinal(std::uint64_t hash);

  const IdMaker& maker_;
  std::string_view case_id_;
  std::string name_;  // reused
  std::vector<Seen> seen_;
};

}  // namespace oncobridge
