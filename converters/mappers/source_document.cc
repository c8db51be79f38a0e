// Source documents -> DocumentReference of base R4. US Core's profile demands a type code from a
// list that has none for a published article.
#include "converters/mappers/mappers.h"

namespace oncobridge {
namespace {

// By SourceType.
constexpr std::string_view kTypes[] = {"",       "article",  "abstract", "registry",
                                       "report", "web page", "other"};

constexpr std::string_view kResolver = "https://doi.org/";

// A DOI as the URI that it is (FHIR R4 Identifier: a URI has the system urn:ietf:rfc:3986).
void identifier(Mapping& m, const Text& doi) {
  if (!doi) return;
  m.json().raw("identifier", "[");
  m.json().begin_object();
  m.json().plain("system", "urn:ietf:rfc:3986");
  m.json().string("value", kResolver, m.use(doi).value);
  m.json().end_object();
  m.json().raw("]");
}

// DocumentReference has no note: the remarks on the document are its description.
void description(Mapping& m, const Fact& fact) {
  if (!fact.text && !fact.note) return;
  m.json().open_string("description");
  std::string_view separator;
  const auto part = [&](const Text& text) {
    if (!text) return;
    m.json().string_part(separator);
    m.json().string_part(m.use(text).value);
    separator = " ";
  };
  part(fact.text);
  for (const Text& note : fact.note) part(note);
  m.json().close_string();
}

// Without an address of its own a document is found by its DOI.
void attachment(Mapping& m, const SourceDocument& document) {
  m.json().raw("content", "[");
  m.json().begin_object();
  m.json().key("attachment");
  m.json().begin_object();
  if (document.url) {
    m.text("url", document.url);
  } else if (document.doi) {
    m.json().string("url", kResolver, document.doi.value);
  } else {
    m.data_absent("_url", "unknown");
  }
  m.text("title", document.title);
  m.date("creation", document.published);
  m.json().end_object();
  m.json().end_object();
  m.json().raw("]");
}

void write(Mapping& m, const SourceDocument& document) {
  if (m.state(document.fact) != State::known) {
    m.flag("state-without-meaning", document.fact.state.leaf);
  }
  m.begin(ResourceType::DocumentReference, document.fact.id(), document.fact);
  identifier(m, document.doi);
  m.status("current");
  if (document.type) {
    m.codeable("type", nullptr, kTypes[static_cast<std::size_t>(m.use(document.type).value)]);
  }
  m.subject();
  if (document.publisher) {
    m.json().key("custodian");
    m.json().begin_object();
    m.text("display", document.publisher);
    m.json().end_object();
  }
  description(m, document.fact);
  attachment(m, document);
  m.end();
}

}  // namespace

void map_sources(Mapping& m) {
  for (const SourceDocument& document : m.record().sources) write(m, document);
}

}  // namespace oncobridge
