// Resource ids of a record's facts. A fact's natural key is its role and the fields that its shape
// marks as key (code, site, date, specimen ...), never its value: a corrected value keeps the id,
// and a fact added before it does not move it; the order of a list says nothing. Facts inside
// another one (volumes, variants) also have what their owner is referred to by. Only facts with
// equal keys are told apart by an ordinal; it follows their contents, not their places.
#pragma once

#include <string_view>
#include <vector>

#include "oncobridge/base/uuid.h"
#include "oncobridge/fhir/json_writer.h"
#include "oncobridge/record/case_record.h"
#include "oncobridge/record/shape.h"

namespace oncobridge {

class FactIds {
 public:
  explicit FactIds(const IdMaker& maker) : maker_(maker) {}

  // Sets Fact::uuid of every fact of the record and changes nothing else in it.
  void assign(const CaseRecord& record);

  // The id of a further resource of the case: `owner` is the id of the fact it belongs to or a
  // fixed word, `role` what it is there.
  void derive(std::string_view owner, std::string_view role, UuidText& out);
  // The id of a patient, which depends on the case id alone.
  void patient(std::string_view case_id, UuidText& out);

 private:
  struct Entry {
    std::uint64_t hash;  // of the key
    std::uint32_t position;
    const Shape* shape;
    Fact* fact;
    const Fact* owner;  // the fact that holds it; null in the record itself
  };
  // All that a fact says, in the bytes of all equal ones.
  struct Content {
    std::size_t start;
    std::size_t size;
    const Entry* entry;
  };
  void collect(const Shape& shape, const char* base, const Fact* owner);
  void write_name(const Entry& entry);
  void number_equals(std::size_t first, std::size_t last);

  const IdMaker& maker_;
  IdMaker::Prefix case_{};  // the case id, with which all names but a patient's begin
  // Reused from record to record.
  Buffer name_;  // what follows the case id
  std::vector<Entry> entries_;
  std::vector<Content> contents_;
  Buffer content_bytes_;
};

}  // namespace oncobridge
