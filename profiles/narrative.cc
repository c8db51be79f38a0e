#include "profiles/narrative.h"

#include <array>
#include <cstddef>

#include "fhir/xml_scan.h"
#include "profiles/narrative_url.h"
#include "profiles/primitive.h"
#include "profiles/xhtml_scan.h"
#include "profiles/xhtml_tables.h"

namespace oncobridge::profiles {
namespace {

using xhtml::is_name_char;
using xhtml::is_space;
using xhtml::is_url_text;
using xhtml::kLookAhead;
using xhtml::kUnknown;
using xhtml::kWordSize;
using xhtml::length_before;
using xhtml::load_word;
using xhtml::load_word_before;
using xhtml::Mask;
using xhtml::scan_markup;

constexpr std::string_view kNamespace = "http://www.w3.org/1999/xhtml";

constexpr std::uint8_t kA = xhtml::find_element("a");
constexpr std::uint8_t kImg = xhtml::find_element("img");
constexpr std::uint8_t kLong = xhtml::find_element(xhtml::kLongName);
constexpr std::uint8_t kHref = xhtml::find_attribute("href");
constexpr std::uint8_t kId = xhtml::find_attribute("id");
constexpr std::uint8_t kName = xhtml::find_attribute("name");

// Left uninitialised: a reader holds many of them.
struct Span {
  std::uint32_t start;
  std::uint32_t length;
};
struct Open {          // an element that is not closed yet
  Mask children;       // that it may have where it stands; kText: and text
  Mask forbidden;      // elements that it and those around it, below the root, may not have within
  std::uint64_t word;  // a short plain name; 0: another
  Span name;
  std::uint8_t element;
};

struct Tag {
  std::string_view name;
  std::string_view local;  // without prefix
  std::uint8_t element = kUnknown;
  bool closed = false;  // `<br/>`
  bool has_namespace = false;
  std::string_view prefix_namespace;  // of the declaration of its own prefix
};

class Reader {
 public:
  Reader(std::string_view text, NarrativeSink* sink)
      : text_(text), sink_(sink), tells_anchors_(sink != nullptr && sink->wants_anchors()) {}

  void read() {
    if (!prolog() || !root()) return;
    while (depth_ > 0) {
      plain_markup();
      if (depth_ == 0) break;
      if (!content()) return;
    }
    if (!epilog()) return;
    if (!has_content_) fault(RuleId::kNarrativeEmpty, 0, {});
  }
  int txt_faults() const { return txt_faults_; }
  int all_faults() const { return all_faults_; }

 private:
  static constexpr std::size_t kMaxAttributes = 32;  // that are compared for duplicates

  [[gnu::cold]] bool fault(RuleId rule, std::size_t offset, std::string_view name) {
    ++all_faults_;
    txt_faults_ += is_txt(rule);
    if (sink_ != nullptr) sink_->fault({rule, static_cast<std::uint32_t>(offset), name});
    return false;
  }
  static bool is_txt(RuleId rule) {
    return rule != RuleId::kNarrativeStructure && rule != RuleId::kNarrativeUrl &&
           rule != RuleId::kNarrativeScript && rule != RuleId::kNarrativeActive;
  }
  bool broken() { return fault(RuleId::kNarrativeSyntax, at_, {}); }

  std::string_view view(Span span) const { return text_.substr(span.start, span.length); }
  Span span(std::string_view part) const {
    return {static_cast<std::uint32_t>(part.data() - text_.data()),
            static_cast<std::uint32_t>(part.size())};
  }
  const Open& innermost() const { return open_[depth_ - 1]; }

  bool done() const { return at_ >= text_.size(); }
  bool looking_at(std::string_view word) const {
    return text_.substr(at_ < text_.size() ? at_ : text_.size()).starts_with(word);
  }
  void skip_space() {
    while (!done() && is_space(text_[at_])) ++at_;
  }
  bool skip_past(std::string_view word, std::size_t from) {
    const std::size_t found = text_.find(word, from);
    if (found == std::string_view::npos) return broken();
    at_ = found + word.size();
    return true;
  }
  std::string_view read_name() {
    const std::size_t start = at_;
    while (!done() && is_name_char(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  // Comments and processing instructions; true if there was one, or a fault of it.
  bool skip_aside(bool& sound) {
    if (looking_at("<!--")) {
      const std::size_t end = text_.find("--", at_ + 4);
      sound = end != std::string_view::npos && text_.compare(end, 3, "-->") == 0;
      if (!sound) return broken(), true;
      at_ = end + 3;
      return true;
    }
    if (looking_at("<?")) {
      sound = instruction();
      return true;
    }
    return false;
  }
  // A narrative of its own, as JSON has it, may begin with an XML declaration.
  bool instruction() {
    const std::size_t start = at_;
    if (!skip_past("?>", at_ + 2)) return false;
    const std::string_view whole = text_.substr(start, at_ - start);
    if (is_xml_instruction(whole) || (start == 0 && is_xml_declaration(whole))) return true;
    return fault(RuleId::kNarrativeSyntax, start, {});
  }
  bool asides() {
    bool sound = true;
    do {
      skip_space();
    } while (skip_aside(sound) && sound);
    return sound;
  }
  bool prolog() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    return asides() && (looking_at("<") || broken());
  }
  bool epilog() { return asides() && (done() || broken()); }

  bool root() {
    constexpr std::string_view kUsual = R"(<div xmlns="http://www.w3.org/1999/xhtml">)";
    const std::size_t place = at_;
    Tag tag;
    if (looking_at(kUsual)) {
      tag.name = text_.substr(place + 1, 3);
      tag.element = xhtml::find_element("div");
      at_ += kUsual.size();
      push(tag, 0);
      return true;
    }
    if (!read_tag(tag)) return false;
    prefix_ = tag.name.substr(0, tag.name.size() - tag.local.size());
    const bool named = prefix_.empty() ? tag.has_namespace : tag.prefix_namespace == kNamespace;
    if (tag.local != "div" || !named) fault(RuleId::kNarrativeNamespace, place, tag.name);
    if (!tag.closed) push(tag, 0);
    return true;
  }

  // --- the quick way ---

  // Reads on as long as tags and text are short, known and right, which nearly all are. Stops in
  // front of the rest, and tells no fault, no link and no anchor.
  void plain_markup() {
    const char* const begin = text_.data();
    const char* const end = begin + text_.size();
    const char* at = begin + at_;
    Open* top = open_.data() + depth_;  // behind the innermost
    if (!prefix_.empty()) return;
    bool tags = false;
    while (end - at > 2) {
      if (*at != '<') {
        if (!has_content_ || (top[-1].children & xhtml::kText) == 0) break;
        const char* const markup = scan_markup(at, end, '<');
        if (end - markup <= 2 || *markup != '<') break;
        at = markup;
      }
      if (at[1] == '/') {
        if (!plain_end_tag(at, end, top[-1])) break;
        tags = true;
        if (--top == open_.data()) break;
      } else {
        if (!plain_tag(at, end, top)) break;
        tags = true;
      }
    }
    at_ = static_cast<std::size_t>(at - begin);
    depth_ = static_cast<std::size_t>(top - open_.data());
    if (tags) text_told_ = false;
  }

  bool plain_end_tag(const char*& at, const char* end, const Open& open) const {
    const std::size_t size = open.name.length;
    if (open.word == 0 || static_cast<std::size_t>(end - at) < size + 3) return false;
    if (at - text_.data() < static_cast<std::ptrdiff_t>(kWordSize)) return false;
    if (at[size + 2] != '>' || load_word_before(at + 2 + size, size) != open.word) return false;
    at += size + 3;
    return true;
  }

  bool plain_tag(const char*& at, const char* end, Open*& top) {
    if (end - at < kLookAhead) return false;
    const std::size_t size = length_before(at + 1, '>', ' ', '/');
    std::uint64_t word = 0;
    std::uint8_t element = kUnknown;
    if (size - 1 < kWordSize) [[likely]] {
      word = load_word(at + 1, size);
      element = xhtml::kElementWords.find(word, size);
    } else if (std::string_view(at + 1, size) == xhtml::kLongName) {
      element = kLong;
    }
    if (element == kUnknown || element == kImg || top == open_.data() + kMaxNarrativeDepth)
      return false;
    const Open& around = top[-1];
    if ((around.children >> element & 1) == 0) return false;
    const char* rest = at + size + 1;
    if (*rest == ' ' && !plain_attributes(rest, end, element)) return false;
    if (*rest == '>') {
      Open& open = *top++;
      open.forbidden = around.forbidden | xhtml::kNotWithin[element];
      open.children = xhtml::kChildren[element] & ~open.forbidden;
      open.word = word;
      open.name = {static_cast<std::uint32_t>(at + 1 - text_.data()),
                   static_cast<std::uint32_t>(size)};
      open.element = element;
      at = rest + 1;
    } else {
      if (rest[0] != '/' || rest[1] != '>') return false;
      at = rest + 2;
    }
    return true;
  }

  // Ends at what follows them, which can be read two bytes far.
  bool plain_attributes(const char*& at, const char* end, std::uint8_t element) const {
    Mask seen = 0;
    while (*at == ' ') {
      if (end - at <= kLookAhead) return false;
      const char* const name = at + 1;
      const std::size_t size = length_before(name, '=', '=', '=');
      if (size - 1 >= kWordSize || name[size + 1] != '"') return false;
      const std::uint8_t index = xhtml::kAttributeWords.find(load_word(name, size), size);
      if (index == kUnknown || (seen >> index & 1) != 0) return false;
      if ((xhtml::kAttributes[index].elements >> element & 1) == 0) return false;
      seen |= Mask{1} << index;
      const char* const value = name + size + 2;
      at = scan_markup(value, end, '"');
      if (end - at < 3 || *at != '"') return false;
      if (index == kHref && element == kA &&
          (*value == '#' || may_be_active(*value) ||
           !is_link({value, static_cast<std::size_t>(at - value)}))) {
        return false;
      }
      if (tells_anchors_ && (index == kId || index == kName)) return false;
      ++at;
    }
    return true;
  }

  // --- all ways ---

  // What stands between two tags, and the tag after it.
  bool content() {
    text_run();
    if (done()) return broken();
    switch (text_[at_]) {
      case '&':
        return reference(true);
      case '<':
        break;
      default:
        return broken();  // a control character
    }
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (next == '/') return end_tag();
    if (next == '!' || next == '?') return aside_or_data();
    return element();
  }

  bool aside_or_data() {
    bool sound = true;
    if (skip_aside(sound)) return sound;
    if (!looking_at("<![CDATA[")) return broken();
    const std::size_t start = at_ + 9;
    if (!skip_past("]]>", start)) return false;
    for (const char c : text_.substr(start, at_ - 3 - start)) has_content_ |= !is_space(c);
    return true;
  }

  void text_run() {
    const std::size_t start = at_;
    const char* const bytes = text_.data();
    at_ = static_cast<std::size_t>(scan_markup(bytes + at_, bytes + text_.size(), '<') - bytes);
    if (has_content_ && holds_text()) return;
    for (std::size_t i = start; i < at_; ++i) {
      if (is_space(bytes[i])) continue;
      has_content_ = true;
      if (!holds_text()) misplaced_text(i);
      return;
    }
    if (at_ > start && !holds_text() && (xhtml::kEmpty >> innermost().element & 1) != 0) {
      misplaced_text(start);  // not even blanks
    }
  }
  void misplaced_text(std::size_t place) {
    fault(RuleId::kNarrativeStructure, place, view(innermost().name));
    text_told_ = true;
  }

  // &amp; &#160; &#xA0;
  bool reference(bool in_text) {
    const std::size_t place = at_;
    const std::size_t end = text_.find(';', at_);
    if (end == std::string_view::npos || end == at_ + 1 || end - at_ > 40) return broken();
    const std::string_view name = text_.substr(at_ + 1, end - at_ - 1);
    bool blank = false;
    if (name.front() == '#') {
      if (!character(name.substr(1), blank)) return broken();
    } else {
      for (const char c : name) {
        if (!is_name_char(c)) return broken();
      }
      if (name != "amp" && name != "lt" && name != "gt" && name != "quot" && name != "apos") {
        fault(RuleId::kNarrativeEntity, place, name);
      }
    }
    at_ = end + 1;
    if (in_text && !blank) {
      has_content_ = true;
      if (!holds_text()) misplaced_text(place);
    }
    return true;
  }
  // The number of a character reference: one that XML allows (XML 1.0 section 2.2).
  static bool character(std::string_view digits, bool& blank) {
    const bool hex = digits.starts_with('x');
    if (hex) digits.remove_prefix(1);
    if (digits.empty()) return false;
    std::uint32_t value = 0;
    for (const char c : digits) {
      const int digit = c >= '0' && c <= '9'          ? c - '0'
                        : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                      : -1;
      if (digit < 0) return false;
      value = value * (hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
      if (value > 0x10FFFF) return false;
    }
    blank = value == ' ' || value == '\t' || value == '\n' || value == '\r';
    return blank || (value >= 0x20 && value < 0xD800) || (value >= 0xE000 && value < 0xFFFE) ||
           value >= 0x10000;
  }

  // --- tags ---

  void push(const Tag& tag, Mask forbidden) {
    const bool plain = tag.name.size() <= kWordSize;
    open_[depth_++] = {xhtml::kChildren[tag.element] & ~forbidden, forbidden,
                       plain ? xhtml::word_of(tag.name) : 0, span(tag.name), tag.element};
    text_told_ = false;
  }
  // False: elements only, and nothing has been told of it since the last tag.
  bool holds_text() const { return text_told_ || (innermost().children & xhtml::kText) != 0; }

  bool element() {
    const std::size_t place = at_;
    Tag tag;
    if (!read_tag(tag)) return false;
    const bool foreign = tag.name.substr(0, tag.name.size() - tag.local.size()) != prefix_;
    if (foreign || tag.element == kUnknown) fault(RuleId::kNarrativeElement, place, tag.name);
    const Mask forbidden = innermost().forbidden | xhtml::kNotWithin[tag.element];
    if (tag.element != kUnknown) judge_place(tag, innermost(), place);
    has_content_ |= tag.local == "img";
    if (tag.closed) return true;
    if (depth_ == kMaxNarrativeDepth) return fault(RuleId::kLimitDepth, place, {});
    push(tag, forbidden);
    return true;
  }

  void judge_place(const Tag& tag, const Open& parent, std::size_t place) {
    const Mask self = Mask{1} << tag.element;
    // A paragraph is forbidden within a paragraph only.
    if ((self & xhtml::kNotInP) != 0 && (parent.forbidden & xhtml::bit("p")) != 0) {
      fault(RuleId::kNarrativeElement, place, tag.name);
    } else if ((self & parent.children) == 0) {
      fault(RuleId::kNarrativeStructure, place, tag.name);
    }
  }

  bool end_tag() {
    const std::size_t place = at_;
    at_ += 2;
    const std::string_view expected = view(innermost().name);
    const bool same = looking_at(expected);
    at_ += expected.size();
    skip_space();
    if (!same || done() || text_[at_] != '>') {
      return fault(RuleId::kNarrativeSyntax, place, expected);
    }
    ++at_;
    --depth_;
    text_told_ = false;
    return true;
  }

  // `<name attribute="value" ...>`
  bool read_tag(Tag& tag) {
    ++at_;
    tag.name = read_name();
    const char first = tag.name.empty() ? '-' : tag.name.front();
    if (first == '-' || first == '.' || first == ':' || (first >= '0' && first <= '9')) {
      return broken();
    }
    const std::size_t colon = tag.name.find(':');
    tag.local = colon == std::string_view::npos ? tag.name : tag.name.substr(colon + 1);
    if (tag.local.empty()) return broken();
    tag.element = xhtml::find_element(tag.local);
    std::size_t attributes = 0;
    while (true) {
      const std::size_t before = at_;
      skip_space();
      if (done()) return broken();
      if (text_[at_] == '>') {
        ++at_;
        return true;
      }
      if (looking_at("/>")) {
        at_ += 2;
        tag.closed = true;
        return true;
      }
      if (at_ == before || !attribute(tag, attributes)) return at_ == before ? broken() : false;
      ++attributes;
    }
  }

  bool attribute(Tag& tag, std::size_t count) {
    const std::size_t place = at_;
    const std::string_view name = read_name();
    if (name.empty()) return broken();
    skip_space();
    if (done() || text_[at_] != '=') return broken();
    ++at_;
    skip_space();
    if (done() || (text_[at_] != '"' && text_[at_] != '\'')) return broken();
    std::string_view value;
    if (!attribute_value(text_[at_++], value)) return false;
    for (std::size_t i = 0; i < count && i < kMaxAttributes; ++i) {
      if (view(names_[i]) == name) return fault(RuleId::kNarrativeSyntax, place, name);
    }
    if (count < kMaxAttributes) names_[count] = span(name);
    if (name.starts_with("xmlns")) {
      if (!declaration(tag, name, value, place)) return false;
    } else if (tag.element != kUnknown && !xhtml::may_have(tag.element, name)) {
      fault(RuleId::kNarrativeAttribute, place, name);
    } else if ((tag.local == "a" && name == "href") || (tag.local == "img" && name == "src")) {
      if (!is_link(value)) {
        fault(RuleId::kNarrativeUrl, place, value);
      } else if (sink_ != nullptr && value.size() > 1 && value.front() == '#') {
        sink_->link(value.substr(1));
      } else if (!value.empty() && may_be_active(value.front())) {
        check_active(tag, value, place);
      }
    }
    if (tells_anchors_ && (name == "id" || (name == "name" && tag.local == "a"))) {
      sink_->anchor(value);
    }
    if (tells_anchors_ && name == "src" && tag.local == "img") sink_->image(value);
    return true;
  }

  // The first character of a URL that check_active() has a look at.
  static bool may_be_active(char first) {
    const char lower = static_cast<char>(first | 0x20);
    return lower == 'j' || lower == 'v' || lower == 'd' || first == '&';
  }
  void check_active(const Tag& tag, std::string_view value, std::size_t place) {
    const ActiveUrl kind = active_url(value);
    if (kind == ActiveUrl::kNone) return;
    const bool runs = kind == ActiveUrl::kScript && tag.local == "a";
    fault(runs ? RuleId::kNarrativeScript : RuleId::kNarrativeActive, place, value);
  }

  bool declaration(Tag& tag, std::string_view name, std::string_view value, std::size_t place) {
    if (name.size() != 5 && name[5] != ':') return true;
    if (!may_bind_prefix(name.substr(name.size() > 5 ? 6 : 5), value)) {
      return fault(RuleId::kNarrativeSyntax, place, name);
    }
    if (name == "xmlns") {
      tag.has_namespace = value == kNamespace;
      if (!tag.has_namespace && depth_ > 0) fault(RuleId::kNarrativeNamespace, place, value);
    } else if (name.size() > 6 && name.substr(6) == tag.name.substr(0, tag.name.find(':'))) {
      tag.prefix_namespace = value;
    }
    return true;
  }

  bool attribute_value(char quote, std::string_view& value) {
    const std::size_t start = at_;
    const char* const bytes = text_.data();
    while (true) {
      at_ = static_cast<std::size_t>(scan_markup(bytes + at_, bytes + text_.size(), quote) - bytes);
      if (done()) return broken();
      if (text_[at_] == quote) break;
      if (text_[at_] != '&') return broken();  // `<` or a control character
      if (!reference(false)) return false;
    }
    value = text_.substr(start, at_ - start);
    ++at_;
    return true;
  }

  // A URL without characters that RFC 3986 has no place for; `data:` with data of its encoding.
  static bool is_link(std::string_view url) {
    if (url.empty()) return false;
    if (url.starts_with("data:")) return is_data(url.substr(5));
    return is_url_text(url);
  }
  static bool is_data(std::string_view url) {
    const std::size_t comma = url.find(',');
    if (comma == std::string_view::npos || comma + 1 == url.size()) return false;
    const std::string_view data = url.substr(comma + 1);
    if (data.find(',') != std::string_view::npos) return false;
    std::string_view type = url.substr(0, comma);
    if (type.ends_with(";base64")) {
      type.remove_suffix(7);
      const auto fault = check_primitive(Primitive::kBase64Binary, data);
      if (fault && *fault != RuleId::kPrimitiveBase64Space) return false;
    }
    while (!type.empty() && type.front() == ' ') type.remove_prefix(1);
    return type.empty() || is_mime_type(type);
  }

  std::string_view text_;
  NarrativeSink* sink_;
  bool tells_anchors_;
  std::size_t at_ = 0;
  int txt_faults_ = 0;
  int all_faults_ = 0;
  std::size_t depth_ = 0;
  bool has_content_ = false;
  bool text_told_ = false;   // misplaced in the innermost element, since the last tag
  std::string_view prefix_;  // of the root, with the colon
  std::array<Span, kMaxAttributes> names_;
  std::array<Open, kMaxNarrativeDepth> open_;
};

}  // namespace

int html_checks(std::string_view xhtml) {
  Reader reader(xhtml, nullptr);
  reader.read();
  return reader.txt_faults();
}

int check_narrative(std::string_view xhtml, NarrativeSink* sink) {
  Reader reader(xhtml, sink);
  reader.read();
  return reader.all_faults();
}

}  // namespace oncobridge::profiles
