#include "tools/sandbox/query.h"

#include <charconv>
#include <utility>
#include <vector>

#include "tools/sandbox/transaction.h"

namespace oncobridge::sandbox {
namespace {

tl::unexpected<Fault> refuse(std::string_view code, std::string text) {
  return tl::unexpected(Fault{Fault::Kind::kInvalid, code, std::move(text), ""});
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Splits at a character that no backslash stands before (R4 search.html#escaping).
std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      parts.back() += text[i];
      parts.back() += text[++i];
    } else if (text[i] == separator) {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

std::string without_backslashes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

tl::expected<std::vector<IdentifierQuery>, Fault> read_identifiers(std::string_view value) {
  std::vector<IdentifierQuery> queries;
  for (const std::string& alternative : split(value, ',')) {
    const std::vector<std::string> parts = split(alternative, '|');
    const bool empty = parts.size() == 2 && parts[0].empty() && parts[1].empty();
    if (parts.size() > 2 || alternative.empty() || empty) {
      return refuse("value", "expected identifier=system|value");
    }
    IdentifierQuery query;
    if (parts.size() == 2) query.system = without_backslashes(parts[0]);
    query.value = without_backslashes(parts.back());
    queries.push_back(std::move(query));
  }
  return queries;
}

tl::expected<std::vector<std::string>, Fault> read_references(const std::string& name,
                                                              std::string_view value) {
  std::vector<std::string> wanted = split(value, ',');
  for (const std::string& reference : wanted) {
    if (!is_resource_id(reference) && relative_reference(reference).type.empty()) {
      return refuse("value", "expected " + name + "=id or " + name + "=Type/id");
    }
  }
  return wanted;
}

tl::expected<void, Fault> add_parameter(Search& search, const std::string& name,
                                        const std::string& value) {
  const ResourceType& type = *search.type;
  if (name == "_id") {
    search.ids.push_back(split(value, ','));
  } else if (name == "identifier" && !type.identifier.empty()) {
    auto queries = read_identifiers(value);
    if (!queries) return tl::unexpected(queries.error());
    search.identifiers.push_back(std::move(*queries));
  } else if ((name == "patient" && !type.patient.empty()) ||
             (name == "subject" && !type.subject.empty())) {
    auto wanted = read_references(name, value);
    if (!wanted) return tl::unexpected(wanted.error());
    (name == "patient" ? search.patients : search.subjects).push_back(std::move(*wanted));
  } else if (name == "_count") {
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
    if (error != std::errc() || end != value.data() + value.size()) {
      return refuse("value", "_count must be a number");
    }
    search.count = count;
  } else if (name == "_format") {
    if (value != "json" && value != "application/json" && value != "application/fhir+json") {
      return refuse("not-supported", "this trial server speaks JSON only");
    }
  } else {
    return refuse("not-supported", "unknown search parameter for " + std::string(type.name) +
                                       "; see searchParam in the CapabilityStatement");
  }
  return {};
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus_is_blank) {
      c = ' ';
    } else if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high << 4 | low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
    out += c;
  }
  return out;
}

tl::expected<Search, Fault> read_query(const ResourceType& type, std::string_view query) {
  Search search;
  search.type = &type;
  while (!query.empty()) {
    const std::size_t amp = query.find('&');
    const std::string_view pair = query.substr(0, amp);
    query = amp == std::string_view::npos ? std::string_view() : query.substr(amp + 1);
    if (pair.empty()) continue;
    const std::size_t equal = pair.find('=');
    if (equal == std::string_view::npos) return refuse("value", "expected name=value");
    const auto name = percent_decode(pair.substr(0, equal), true);
    const auto value = percent_decode(pair.substr(equal + 1), true);
    if (!name || !value) return refuse("value", "a broken percent escape in the query");
    if (auto added = add_parameter(search, *name, *value); !added) {
      return tl::unexpected(added.error());
    }
  }
  return search;
}

}  // namespace oncobridge::sandbox
