// Narratives: what the XHTML itself must keep to, and where its links to `#x` lead.
#include <algorithm>

#include "profiles/judge.h"
#include "profiles/narrative.h"

namespace oncobridge::profiles {
namespace {

// The value of an attribute of the div itself; empty if it has none. `name` ends with `=`.
std::string_view attribute_of_div(std::string_view div, std::string_view name) {
  const std::string_view tag = div.substr(0, div.find('>'));
  for (std::size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
    const std::size_t start = at + name.size() + 1;
    if (at == 0 || start > tag.size() || (tag[at - 1] != ' ' && tag[at - 1] != '\n')) continue;
    return tag.substr(start, tag.find(tag[start - 1], start) - start);
  }
  return {};
}

}  // namespace

void Judge::check_narrative_of(NodeId id) {
  struct Sink final : NarrativeSink {
    Judge& judge;
    NodeId div;
    Sink(Judge& of, NodeId at) : judge(of), div(at) {}
    void fault(const NarrativeFault& found) override {
      if (found.rule == RuleId::kNarrativeActive && !judge.options_.security_checks) return;
      judge.report(found.rule, div, [&] {
        std::string text(rule(found.rule).statement);
        if (found.rule == RuleId::kLimitDepth) {
          text += ", " + std::to_string(kMaxNarrativeDepth) + " levels in a narrative";
        }
        if (!found.name.empty()) text += "; found `" + std::string(found.name) + "`";
        return text;
      });
    }
    void link(std::string_view target) override {
      judge.narrative_links_.push_back({div, judge.resource_, target});
    }
  } sink(*this, id);
  check_narrative(tape_[id].value(), &sink);
  check_narrative_language(id);
}

// The language of the resource is that of the narrative, which says so (narrative.html#i18n).
void Judge::check_narrative_language(NodeId id) {
  const NodeId resource = tape_.resource_of(id);
  if (resource != narrated_) {  // a Composition has a narrative in each section
    narrated_ = resource;
    narrated_language_ =
        resource == kNoNode ? std::string_view() : text_of(resource, known_.language);
  }
  const std::string_view language = narrated_language_;
  if (language.empty()) return;
  const std::string_view div = tape_[id].value();
  std::string_view found = attribute_of_div(div, "lang=");
  if (found.empty()) found = attribute_of_div(div, "xml:lang=");
  if (found == language) return;
  report(RuleId::kNarrativeLanguage, id, [&] {
    return "the language of the resource is " + std::string(language) +
           (found.empty() ? std::string(", the narrative states none")
                          : ", that of the narrative " + std::string(found));
  });
}

// What a link may lead to within a resource and what it contains: ids of elements and of resources,
// and the anchors of narratives.
void Judge::collect_anchors(NodeId resource) {
  struct Sink final : NarrativeSink {
    std::vector<std::string_view>& anchors;
    explicit Sink(std::vector<std::string_view>& to) : anchors(to) {}
    void fault(const NarrativeFault&) override {}
    void anchor(std::string_view name) override { anchors.push_back(name); }
    bool wants_anchors() const override { return true; }
  } sink(anchors_);
  anchors_.clear();
  const NodeId end = end_of(resource);
  for (NodeId at = resource; at < end; ++at) {
    if (!tape_[at].has_value()) continue;
    if (tape_[at].name == known_.id) anchors_.push_back(tape_[at].value());
    const Type* type = types_[at].type;
    if (type != nullptr && type->primitive == Primitive::kXhtml) {
      check_narrative(tape_[at].value(), &sink);
    }
  }
  std::sort(anchors_.begin(), anchors_.end());
}

void Judge::check_narrative_links() {
  NodeId collected = kNoNode;
  std::sort(narrative_links_.begin(), narrative_links_.end(),
            [](const NarrativeLink& a, const NarrativeLink& b) {
              return a.div != b.div ? a.div < b.div : a.target < b.target;
            });
  const NarrativeLink* before = nullptr;
  for (const NarrativeLink& link : narrative_links_) {
    const bool again =
        before != nullptr && before->div == link.div && before->target == link.target;
    before = &link;
    if (again) continue;
    if (link.resource != collected) collect_anchors(collected = link.resource);
    if (std::binary_search(anchors_.begin(), anchors_.end(), link.target)) continue;
    report(RuleId::kNarrativeLink, link.div, [&] {
      return "nothing in the resource has the id or name that a link names: `#" +
             std::string(link.target) + "`";
    });
  }
}

}  // namespace oncobridge::profiles
