#include "profiles/narrative_url.h"

#include <array>
#include <cstddef>

#include "fhir/xml_scan.h"

namespace oncobridge::profiles {

ActiveUrl active_url(std::string_view raw) {
  struct Kind {
    std::string_view begin;
    ActiveUrl kind;
  };
  static constexpr Kind kKinds[] = {{"javascript:", ActiveUrl::kScript},
                                    {"vbscript:", ActiveUrl::kScript},
                                    {"data:text/html", ActiveUrl::kHtml},
                                    {"data:application/xhtml+xml", ActiveUrl::kHtml}};
  constexpr std::size_t kLongest = 26;
  std::array<char, kLongest * 12> decoded;  // a character by its number is that long at most
  const std::size_t length =
      decode_xml_attribute(raw.substr(0, decoded.size()), decoded.data()).length;
  std::array<char, kLongest> begin;
  std::size_t size = 0;
  for (std::size_t i = 0; i < length && size < begin.size(); ++i) {
    const char c = decoded[i];
    if (static_cast<unsigned char>(c) <= ' ') continue;
    begin[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  for (const Kind& kind : kKinds) {
    if (std::string_view(begin.data(), size).starts_with(kind.begin)) return kind.kind;
  }
  return ActiveUrl::kNone;
}

}  // namespace oncobridge::profiles
