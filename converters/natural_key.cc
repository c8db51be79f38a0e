#include "converters/natural_key.h"

#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

constexpr char kSeparator = '\x1f';

void append_part(std::string& key, std::string_view part) {
  key += kSeparator;
  key += part;
}

std::size_t element_size(const Field& field) {
  return field.kind == Kind::object ? field.shape->size : sizeof(Concept);
}

void append_concept(std::string& key, const Concept& concept_value) {
  if (!concept_value) return;
  if (concept_value.term != nullptr) {
    append_part(key, concept_value.term->key);
    return;
  }
  append_part(key, {});
  const std::size_t size = key.size();
  key.resize(size + concept_value.text.size());
  key.resize(size + fold_wording(concept_value.text, key.data() + size));
}

// A time contributes its most exact statement: date, start, age, words. Its end may come later.
void append_when(std::string& key, const When& when) {
  if (when.date) return append_part(key, when.date.text);
  if (when.start) return append_part(key, when.start.text);
  if (when.age.value) return append_part(key, when.age.value.text);
  if (when.text) append_part(key, when.text.value);
}

// A site contributes its code, side and qualifiers; its words only where there is nothing else.
void append_site(std::string& key, const Site& site) {
  append_concept(key, site.site);
  append_concept(key, site.laterality);
  for (const Concept& qualifier : site.qualifiers) append_concept(key, qualifier);
  if (!site.site && site.text) append_part(key, site.text.value);
}

void append_fields(std::string& key, const Shape& shape, const char* base, bool for_reference);

void append_object(std::string& key, const Shape& shape, const char* base) {
  if (shape.name == "when") return append_when(key, *reinterpret_cast<const When*>(base));
  if (shape.name == "site") return append_site(key, *reinterpret_cast<const Site*>(base));
  append_fields(key, shape, base, false);
}

void append_value(std::string& key, const Field& field, const char* at) {
  switch (field.kind) {
    case Kind::text: {
      const auto& text = *reinterpret_cast<const Text*>(at);
      if (text) append_part(key, text.value);
      return;
    }
    case Kind::date: {
      const auto& date = *reinterpret_cast<const Date*>(at);
      if (date) append_part(key, date.text);
      return;
    }
    case Kind::choice: {
      const auto value = *reinterpret_cast<const unsigned char*>(at);
      if (value != 0) append_part(key, field.choices[value - 1u]);
      return;
    }
    case Kind::concept_: return append_concept(key, *reinterpret_cast<const Concept*>(at));
    case Kind::ref: {
      const auto& ref = *reinterpret_cast<const Ref*>(at);
      if (!ref) return;
      append_part(key, ref.target->shape->name);
      append_fields(key, *ref.target->shape, reinterpret_cast<const char*>(ref.target), true);
      return;
    }
    case Kind::object: return append_object(key, *field.shape, at);
    default: return;
  }
}

void append_fields(std::string& key, const Shape& shape, const char* base, bool for_reference) {
  for (const Field& field : shape.fields) {
    if (!(for_reference ? field.is_reference_key : field.is_key)) continue;
    const char* at = base + field.offset;
    const std::size_t before = key.size();
    append_part(key, field.name);
    const std::size_t named = key.size();
    if (field.is_list) {
      const auto& list = *reinterpret_cast<const List<char>*>(at);
      for (std::uint32_t i = 0; i < list.count; ++i) {
        append_value(key, field, list.items + element_size(field) * i);
      }
    } else {
      append_value(key, field, at);
    }
    if (key.size() == named) key.resize(before);
  }
}

}  // namespace

void FactIds::assign(const CaseRecord& record) {
  case_id_ = record.case_id.value;
  seen_.clear();
  assign_all(case_record_shape(), reinterpret_cast<const char*>(&record));
}

void FactIds::assign_all(const Shape& shape, const char* base) {
  for (const Field& field : shape.fields) {
    if (field.kind != Kind::object || !field.shape->is_fact) continue;
    const char* at = base + field.offset;
    std::uint32_t count = 1;
    if (field.is_list) {
      const auto& list = *reinterpret_cast<const List<char>*>(at);
      at = list.items;
      count = list.count;
    }
    for (std::uint32_t i = 0; i < count; ++i, at += field.shape->size) {
      assign_fact(*field.shape, const_cast<Fact&>(*reinterpret_cast<const Fact*>(at)));
      assign_all(*field.shape, at);
    }
  }
}

void FactIds::assign_fact(const Shape& shape, Fact& fact) {
  name_.assign(case_id_);
  append_part(name_, shape.name);
  append_fields(name_, shape, reinterpret_cast<const char*>(&fact), false);
  const std::uint32_t n = ordinal(hash_bytes(name_));
  if (n > 0) append_part(name_, std::to_string(n));
  maker_.make(name_, fact.uuid);
}

std::uint32_t FactIds::ordinal(std::uint64_t hash) {
  for (Seen& seen : seen_) {
    if (seen.hash == hash) return seen.count++;
  }
  seen_.push_back({hash, 1});
  return 0;
}

void FactIds::derive(std::string_view owner, std::string_view role, UuidText& out) {
  name_.assign(case_id_);
  append_part(name_, owner);
  append_part(name_, role);
  maker_.make(name_, out);
}

void FactIds::patient(std::string_view case_id, UuidText& out) {
  name_.assign(case_id);
  append_part(name_, "patient");
  maker_.make(name_, out);
}

}  // namespace oncobridge
