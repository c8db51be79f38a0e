#include "converters/natural_key.h"

#include <algorithm>
#include <bit>
#include <string>

#include "oncobridge/base/text.h"

namespace oncobridge {
namespace {

constexpr char kSeparator = '\x1f';  // no text of a record has it

// Which fields of a structure go into a key.
enum class Part {
  own,        // of the fact itself
  reference,  // where another fact refers to it
  all,        // everything but its name in the record: to put facts with equal keys in an order
};

void append_part(Buffer& key, std::string_view part) {
  char* at = key.reserve(part.size() + 1);
  *at = kSeparator;
  copy_bytes(at + 1, part.data(), part.size());
  key.commit(part.size() + 1);
}

void append_concept(Buffer& key, const Concept& concept_value) {
  if (!concept_value) return;
  if (concept_value.term != nullptr) {
    append_part(key, concept_value.term->key);
    return;
  }
  append_part(key, {});
  key.commit(fold_wording(concept_value.text, key.reserve(concept_value.text.size())));
}

// A time contributes its most exact statement: date, start, age, words. Its end may come later.
void append_when(Buffer& key, const When& when) {
  if (when.date) return append_part(key, when.date.text);
  if (when.start) return append_part(key, when.start.text);
  if (when.age.value) return append_part(key, when.age.value.text);
  if (when.text) append_part(key, when.text.value);
}

void append_fields(Buffer& key, const Shape& shape, const char* base, Part part);
void append_list(Buffer& key, const Field& field, const char* at, Part part);

// A site contributes its code, side and qualifiers; its words only where there is nothing else.
void append_site(Buffer& key, const Shape& shape, const Site& site) {
  append_concept(key, site.site);
  append_concept(key, site.laterality);
  const auto is_list = [](const Field& field) { return field.is_list; };
  const Field& qualifiers = *std::find_if(shape.fields.begin(), shape.fields.end(), is_list);
  append_list(key, qualifiers, reinterpret_cast<const char*>(&site.qualifiers), Part::own);
  if (!site.site && site.text) append_part(key, site.text.value);
}

void append_object(Buffer& key, const Shape& shape, const char* base, Part part) {
  if (part == Part::all) return append_fields(key, shape, base, part);
  if (shape.name == "when") return append_when(key, *reinterpret_cast<const When*>(base));
  if (shape.name == "site") return append_site(key, shape, *reinterpret_cast<const Site*>(base));
  append_fields(key, shape, base, Part::own);
}

void append_value(Buffer& key, const Field& field, const char* at, Part part) {
  const auto number = [&](auto value) {
    if (value) append_part(key, std::to_string(value.value));
  };
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
    case Kind::decimal: {
      const auto& decimal = *reinterpret_cast<const Decimal*>(at);
      if (decimal) append_part(key, decimal.text);
      return;
    }
    case Kind::flag:
      return number(*reinterpret_cast<const Flag*>(at));
    case Kind::whole:
      return number(*reinterpret_cast<const Whole*>(at));
    case Kind::choice: {
      const auto value = *reinterpret_cast<const unsigned char*>(at);
      if (value != 0) append_part(key, field.choices[value - 1u]);
      return;
    }
    case Kind::concept_:
      return append_concept(key, *reinterpret_cast<const Concept*>(at));
    case Kind::ref: {
      const auto& ref = *reinterpret_cast<const Ref*>(at);
      if (!ref) return;
      append_part(key, ref.target->shape->name);
      // For an order, the target's own key counts: two specimens may differ in their dates alone.
      append_fields(key, *ref.target->shape, reinterpret_cast<const char*>(ref.target),
                    part == Part::all ? Part::own : Part::reference);
      return;
    }
    case Kind::object:
      return append_object(key, *field.shape, at, part);
  }
}

// The elements in an order of their own. Few of them, as there always are, are sorted in place.
void append_list(Buffer& key, const Field& field, const char* at, Part part) {
  const auto& list = *reinterpret_cast<const List<char>*>(at);
  constexpr std::uint32_t kFew = 16;
  if (list.count > kFew) {
    std::vector<std::string> elements(list.count);
    for (std::uint32_t i = 0; i < list.count; ++i) {
      const std::size_t before = key.size();
      append_value(key, field, list.items + element_size(field) * i, part);
      elements[i] = key.view().substr(before);
      key.truncate(before);
    }
    std::sort(elements.begin(), elements.end());
    for (const std::string& element : elements) key.append(element);
    return;
  }
  std::size_t starts[kFew + 1];
  for (std::uint32_t i = 0; i < list.count; ++i) {
    starts[i] = key.size();
    append_value(key, field, list.items + element_size(field) * i, part);
    starts[i + 1] = key.size();
    const auto element = [&](std::uint32_t k) {
      return key.view().substr(starts[k], starts[k + 1] - starts[k]);
    };
    std::uint32_t place = i;
    while (place > 0 && element(place - 1) > element(i)) --place;
    const std::size_t size = element(i).size();
    std::rotate(key.data() + starts[place], key.data() + starts[i], key.data() + key.size());
    for (std::uint32_t k = i; k > place; --k) starts[k] = starts[k - 1] + size;
  }
}

// What may be corrected without making another fact: names inside the record, remarks, places.
bool is_remark(const Field& field) {
  constexpr std::string_view kRemarks[] = {"id", "text", "note", "source", "conflicts"};
  return std::find(std::begin(kRemarks), std::end(kRemarks), field.name) != std::end(kRemarks);
}

void append_fields(Buffer& key, const Shape& shape, const char* base, Part part) {
  const std::uint64_t all = ~std::uint64_t{0} >> (64 - shape.fields.size());
  std::uint64_t wanted = part == Part::own         ? shape.keys
                         : part == Part::reference ? shape.reference_keys
                                                   : all;
  for (; wanted != 0; wanted &= wanted - 1) {
    const Field& field = shape.fields[static_cast<std::size_t>(std::countr_zero(wanted))];
    if (part == Part::all && shape.is_fact && is_remark(field)) continue;
    const char* at = base + field.offset;
    const std::size_t before = key.size();
    append_part(key, field.name);
    const std::size_t named = key.size();
    field.is_list ? append_list(key, field, at, part) : append_value(key, field, at, part);
    if (key.size() == named) key.truncate(before);
  }
}

}  // namespace

void FactIds::assign(const CaseRecord& record) {
  case_ = maker_.prefix(record.case_id.value);
  entries_.clear();
  collect(case_record_shape(), reinterpret_cast<const char*>(&record), nullptr);
  for (Entry& entry : entries_) {
    write_name(entry);
    entry.hash = hash_bytes(name_.view());
    maker_.make(case_, name_.view(), entry.fact->uuid);
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.position < b.position;
  });
  for (std::size_t first = 0, last = 0; first < entries_.size(); first = last) {
    while (last < entries_.size() && entries_[last].hash == entries_[first].hash) ++last;
    if (last - first > 1) number_equals(first, last);
  }
}

void FactIds::collect(const Shape& shape, const char* base, const Fact* owner) {
  for (std::uint64_t facts = shape.facts; facts != 0; facts &= facts - 1) {
    const Field& field = shape.fields[static_cast<std::size_t>(std::countr_zero(facts))];
    const char* at = base + field.offset;
    std::uint32_t count = 1;
    if (field.is_list) {
      const auto& list = *reinterpret_cast<const List<char>*>(at);
      at = list.items;
      count = list.count;
    }
    for (std::uint32_t i = 0; i < count; ++i, at += field.shape->size) {
      auto* fact = const_cast<Fact*>(reinterpret_cast<const Fact*>(at));
      entries_.push_back(
          {0, static_cast<std::uint32_t>(entries_.size()), field.shape, fact, owner});
      collect(*field.shape, at, fact);
    }
  }
}

void FactIds::write_name(const Entry& entry) {
  name_.clear();
  append_part(name_, entry.shape->name);
  append_fields(name_, *entry.shape, reinterpret_cast<const char*>(entry.fact), Part::own);
  if (entry.owner == nullptr) return;
  append_part(name_, entry.owner->shape->name);
  append_fields(name_, *entry.owner->shape, reinterpret_cast<const char*>(entry.owner),
                Part::reference);
}

// The first of the order keeps the id of the bare key, as if it were alone.
void FactIds::number_equals(std::size_t first, std::size_t last) {
  contents_.clear();
  content_bytes_.clear();
  for (std::size_t i = first; i < last; ++i) {
    const std::size_t start = content_bytes_.size();
    append_fields(content_bytes_, *entries_[i].shape,
                  reinterpret_cast<const char*>(entries_[i].fact), Part::all);
    contents_.push_back({start, content_bytes_.size() - start, &entries_[i]});
  }
  std::sort(contents_.begin(), contents_.end(), [this](const Content& a, const Content& b) {
    const int order = content_bytes_.view()
                          .substr(a.start, a.size)
                          .compare(content_bytes_.view().substr(b.start, b.size));
    return order != 0 ? order < 0 : a.entry->position < b.entry->position;
  });
  for (std::size_t n = 1; n < contents_.size(); ++n) {
    write_name(*contents_[n].entry);
    append_part(name_, std::to_string(n));
    maker_.make(case_, name_.view(), contents_[n].entry->fact->uuid);
  }
}

void FactIds::derive(std::string_view owner, std::string_view role, UuidText& out) {
  name_.clear();
  append_part(name_, owner);
  append_part(name_, role);
  maker_.make(case_, name_.view(), out);
}

void FactIds::patient(std::string_view case_id, UuidText& out) {
  name_.clear();
  name_.append(case_id);
  append_part(name_, "patient");
  maker_.make(name_.view(), out);
}

}  // namespace oncobridge
