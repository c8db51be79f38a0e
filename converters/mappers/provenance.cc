// Where the facts stand -> one Provenance for each place of a document, with the resources of the
// facts that stand there as targets; the place is the display of the reference to the document, so
// that no extension is needed. Resources without a place share one that names all documents of the
// record.
#include <algorithm>
#include <functional>

#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

// A resource at a place: place, document (null: none), index in written(), next resource there. And
// behind all of these the places themselves: place, document, first and last resource.
using Entry = Mapping::Entry;

constexpr std::uint32_t kNone = UINT32_MAX;

// Resources of one fact have the very same text.
bool same_name(const Entry& a, const Entry& b) {
  return a.name.size() == b.name.size() && (a.name.data() == b.name.data() || a.name == b.name);
}

bool same_place(const Entry& a, const Entry& b) { return a.fact == b.fact && same_name(a, b); }

bool before(const Entry& a, const Entry& b) {
  if (a.fact != b.fact) return std::less<>()(a.fact, b.fact);  // the documents are one array
  if (!same_name(a, b)) return a.name < b.name;
  return a.index < b.index;
}

const Fact* document_of(const Mapping& m, const SourcePlace& place) {
  if (place.document) return place.document.target;
  const auto& sources = m.record().sources;
  return sources.empty() ? nullptr : &sources.items[0].fact;
}

void collect(Mapping& m, std::vector<Entry>& entries) {
  const auto& written = m.written();
  for (std::uint32_t i = 0; i < written.size(); ++i) {
    if (written[i].type == ResourceType::DocumentReference) continue;
    for (const SourcePlace& place : written[i].fact->source) {
      m.use(place.document);
      m.use(place.place);
      entries.push_back({place.place.value, document_of(m, place), i, kNone});
    }
    if (written[i].fact->source.empty()) entries.push_back({{}, nullptr, i, kNone});
  }
}

// Appends the places of the first `count` entries, and sorts them. Only the places met last are
// searched: one further back stands there twice, and its parts are neighbours after sorting.
void append_places(std::vector<Entry>& entries, std::uint32_t count) {
  constexpr std::size_t kSearched = 16;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t oldest =
        std::max<std::size_t>(count, entries.size() - std::min(kSearched, entries.size()));
    std::size_t place = entries.size();
    while (place > oldest && !same_place(entries[place - 1], entries[i])) --place;
    if (place == oldest) {
      entries.push_back({entries[i].name, entries[i].fact, i, i});
    } else {
      std::uint32_t& last = entries[place - 1].next;
      entries[last].next = i;
      last = i;
    }
  }
  std::sort(entries.begin() + count, entries.end(), before);
}

void agent(Mapping& m) {
  m.json().raw("agent", "[");
  m.json().begin_object();
  m.code("type", Fixed::provenance_assembler);
  m.json().raw("who", R"({"display":"oncobridge )" ONCOBRIDGE_VERSION "\"}");
  m.json().end_object();
  m.json().raw("]");
}

void entity(Mapping& m, const Fact* document, std::string_view place) {
  m.json().element();
  m.json().begin_object();
  m.json().plain("role", "source");
  m.json().key("what");
  if (document == nullptr) {
    m.json().begin_object();
  } else {
    m.bundle().reference({}, ResourceType::DocumentReference, document->id());
    m.json().buffer().truncate(m.json().buffer().size() - 1);  // its brace: the display goes inside
  }
  if (!place.empty()) m.json().string("display", place);
  m.json().end_object();
  m.json().end_object();
}

void entities(Mapping& m, const Entry& entry) {
  const std::size_t mark = m.json().open_array("entity");
  if (entry.fact != nullptr || !entry.name.empty()) {
    entity(m, entry.fact, entry.name);
  } else {
    for (const SourceDocument& document : m.record().sources) entity(m, &document.fact, {});
  }
  m.json().close_array(mark);
}

// The targets of the place that starts at `i`, which moves behind it.
void targets(Mapping& m, const std::vector<Entry>& entries, std::size_t& i) {
  const Entry& first = entries[i];
  std::uint32_t last = kNone;
  for (; i < entries.size() && same_place(entries[i], first); ++i) {
    for (std::uint32_t at = entries[i].index; at != kNone; at = entries[at].next) {
      if (entries[at].index == last) continue;  // one place named twice
      last = entries[at].index;
      const Mapping::Written& written = m.written()[last];
      m.reference_element(written.type, view(written.id));
    }
  }
}

// `owner`: what the ids of the document's places are derived from.
void begin(Mapping& m, const Entry& entry, const UuidText& owner) {
  UuidText id;
  m.ids().derive(view(owner), entry.name, id);
  m.begin(ResourceType::Provenance, view(id), m.record().patient.fact);
  m.tell({"Where resources of this case come from"});
}

}  // namespace

void map_provenance(Mapping& m) {
  std::vector<Entry>& entries = m.scratch();
  collect(m, entries);
  const auto count = static_cast<std::uint32_t>(entries.size());
  append_places(entries, count);
  UuidText owner;
  for (std::size_t i = count; i < entries.size();) {
    const Entry& first = entries[i];
    if (i == count || entries[i - 1].fact != first.fact) {
      m.ids().derive(first.fact == nullptr ? "record" : first.fact->id(), "provenance", owner);
    }
    begin(m, first, owner);
    m.json().raw("target", "[");
    targets(m, entries, i);
    m.json().raw("]");
    if (m.options().recorded.empty()) {
      m.data_absent("_recorded", "unknown");
    } else {
      m.json().plain("recorded", m.options().recorded);
    }
    agent(m);
    entities(m, first);
    m.end();
  }
}

}  // namespace oncobridge
