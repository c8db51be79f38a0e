#include "profiles/known_systems.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "profiles/code_lists.h"
#include "profiles/code_table.h"
#include "profiles/primitive.h"
#include "profiles/registered_systems.h"
#include "profiles/ucum.h"

namespace oncobridge::profiles {
namespace {

struct Row {
  std::string_view url;
  std::string_view name;
  RuleKind rule = RuleKind::kNone;
  std::string_view oid = {};  // without urn:oid:
};

// terminologies-systems.html and THO's NamingSystems: what oncology data may name.
constexpr std::array kRows = {
    Row{"http://snomed.info/sct", "SNOMED CT", RuleKind::kSnomedCt, "2.16.840.1.113883.6.96"},
    Row{"http://loinc.org", "LOINC", RuleKind::kLoinc, "2.16.840.1.113883.6.1"},
    Row{"http://unitsofmeasure.org", "UCUM", RuleKind::kUcum, "2.16.840.1.113883.6.8"},
    Row{"http://www.nlm.nih.gov/research/umls/rxnorm", "RxNorm", RuleKind::kDigits,
        "2.16.840.1.113883.6.88"},
    Row{"http://hl7.org/fhir/sid/icd-10-cm", "ICD-10-CM", RuleKind::kIcd10Cm,
        "2.16.840.1.113883.6.90"},
    Row{"http://hl7.org/fhir/sid/icd-10", "ICD-10", RuleKind::kNone, "2.16.840.1.113883.6.3"},
    Row{"http://hl7.org/fhir/sid/icd-9-cm", "ICD-9-CM", RuleKind::kNone, "2.16.840.1.113883.6.103"},
    Row{"http://hl7.org/fhir/sid/icd-10-de", "ICD-10-GM (old URL)"},
    Row{"http://fhir.de/CodeSystem/bfarm/icd-10-gm", "ICD-10-GM"},
    Row{"http://hl7.org/fhir/sid/icd-10-ca", "ICD-10-CA", RuleKind::kNone,
        "2.16.840.1.113883.6.94"},
    Row{"http://terminology.hl7.org/CodeSystem/icd-o-3", "ICD-O-3", RuleKind::kIcdO3,
        "2.16.840.1.113883.6.43.1"},
    Row{"http://id.who.int/icd/release/11/mms", "ICD-11"},
    Row{"http://www.cms.gov/Medicare/Coding/ICD10", "ICD-10-PCS", RuleKind::kNone,
        "2.16.840.1.113883.6.4"},
    Row{"http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "NCI Thesaurus", RuleKind::kNone,
        "2.16.840.1.113883.3.26.1.1"},
    Row{"http://cancerstaging.org", "AJCC"},
    Row{"https://cancerstaging.org", "AJCC"},
    Row{"http://terminology.hl7.org/CodeSystem/naaccrCodes", "NAACCR", RuleKind::kNone,
        "2.16.840.1.113883.6.7"},
    Row{"http://hl7.org/fhir/sid/ndc", "NDC", RuleKind::kNone, "2.16.840.1.113883.6.69"},
    Row{"http://hl7.org/fhir/sid/cvx", "CVX", RuleKind::kDigits, "2.16.840.1.113883.12.292"},
    Row{"http://hl7.org/fhir/sid/mvx", "MVX", RuleKind::kNone, "2.16.840.1.113883.12.227"},
    Row{"http://www.whocc.no/atc", "ATC", RuleKind::kNone, "2.16.840.1.113883.6.73"},
    Row{"http://www.ama-assn.org/go/cpt", "CPT", RuleKind::kNone, "2.16.840.1.113883.6.12"},
    Row{"http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "HCPCS", RuleKind::kNone,
        "2.16.840.1.113883.6.285"},
    Row{"https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "HCPCS"},
    Row{"http://nucc.org/provider-taxonomy", "NUCC provider taxonomy", RuleKind::kNone,
        "2.16.840.1.113883.6.101"},
    Row{"http://www.genenames.org", "HGNC", RuleKind::kNone, "2.16.840.1.113883.6.281"},
    Row{"http://www.genenames.org/geneId", "HGNC"},
    Row{"http://www.genenames.org/genegroup", "HGNC gene groups"},
    Row{"http://varnomen.hgvs.org", "HGVS", RuleKind::kNone, "2.16.840.1.113883.6.282"},
    Row{"http://www.ncbi.nlm.nih.gov/clinvar", "ClinVar"},
    Row{"http://www.ncbi.nlm.nih.gov/refseq", "RefSeq", RuleKind::kNone, "2.16.840.1.113883.6.280"},
    Row{"http://www.ncbi.nlm.nih.gov/nuccore", "NCBI Nucleotide"},
    Row{"http://www.ncbi.nlm.nih.gov/gene", "NCBI Gene"},
    Row{"http://www.ncbi.nlm.nih.gov/projects/SNP", "dbSNP", RuleKind::kNone,
        "2.16.840.1.113883.6.284"},
    Row{"http://www.ensembl.org", "Ensembl"},
    Row{"http://www.lrg-sequence.org", "LRG", RuleKind::kNone, "2.16.840.1.113883.6.283"},
    Row{"http://cancer.sanger.ac.uk/cancergenome/projects/cosmic", "COSMIC"},
    Row{"http://www.ebi.ac.uk/ipd/imgt/hla", "IMGT/HLA"},
    Row{"http://www.pharmvar.org", "PharmVar"},
    Row{"http://www.sequenceontology.org", "Sequence Ontology"},
    Row{"http://human-phenotype-ontology.org", "Human Phenotype Ontology", RuleKind::kNone,
        "2.16.840.1.113883.6.339"},
    Row{"http://www.orpha.net", "Orphanet"},
    Row{"http://www.omim.org", "OMIM"},
    Row{"https://www.nlm.nih.gov/mesh", "MeSH"},
    Row{"http://va.gov/terminology/medrt", "MED-RT", RuleKind::kNone, "2.16.840.1.113883.6.345"},
    Row{"http://fdasis.nlm.nih.gov", "UNII", RuleKind::kNone, "2.16.840.1.113883.4.9"},
    Row{"https://www.meddra.org", "MedDRA", RuleKind::kNone, "2.16.840.1.113883.6.163"},
    Row{"urn:oid:2.16.840.1.113883.6.238", "CDC race and ethnicity", RuleKind::kCdcRace},
    Row{"urn:ietf:bcp:13", "MIME types", RuleKind::kMimeType},
    Row{"urn:ietf:bcp:47", "languages (BCP 47)", RuleKind::kLanguage, "2.16.840.1.113883.6.121"},
    Row{"urn:ietf:rfc:3986", "URIs", RuleKind::kUri},
    Row{"urn:iso:std:iso:3166", "ISO 3166-1", RuleKind::kCountry, "1.0.3166.1"},
    Row{"urn:iso:std:iso:3166:-2", "ISO 3166-2", RuleKind::kSubdivision, "1.0.3166.2"},
    Row{"urn:iso:std:iso:3166:-3", "ISO 3166-3"},
    Row{"urn:iso:std:iso:4217", "ISO 4217", RuleKind::kCurrency, "1.0.4217"},
    Row{"urn:iso:std:iso:11073:10101", "IEEE 11073", RuleKind::kNone, "2.16.840.1.113883.6.24"},
    Row{"http://unstats.un.org/unsd/methods/m49/m49.htm", "UN M49", RuleKind::kDigits},
    Row{"https://www.iana.org/time-zones", "IANA time zones"},
    Row{"https://www.usps.com/", "USPS states", RuleKind::kUspsState},
    Row{"http://dicom.nema.org/resources/ontology/DCM", "DICOM", RuleKind::kNone,
        "1.2.840.10008.2.16.4"},
    Row{"http://radlex.org", "RadLex", RuleKind::kNone, "2.16.840.1.113883.6.256"},
    Row{"http://www.ada.org/cdt", "CDT", RuleKind::kNone, "2.16.840.1.113883.6.13"},
    Row{"http://www.ada.org/snodent", "SNODENT"},
    Row{"http://hl7.org/fhir/sid/icpc-1", "ICPC", RuleKind::kNone, "2.16.840.1.113883.6.138"},
    Row{"http://hl7.org/fhir/sid/icpc-2", "ICPC-2", RuleKind::kNone, "2.16.840.1.113883.6.139"},
    Row{"http://hl7.org/fhir/sid/icf-nl", "ICF"},
    Row{"http://hl7.org/fhir/sid/us-ssn", "US social security numbers"},
    Row{"http://hl7.org/fhir/sid/us-npi", "US national provider identifiers"},
    Row{"https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set",
        "CMS place of service"},
    Row{"https://www.cdc.gov/nhsn/cdaportal/terminology/codesystem/hsloc.html", "HSLOC"},
    Row{"https://www.nubc.org/CodeSystem/PatDischargeStatus", "NUBC discharge status"},
    Row{"http://clinicaltrials.gov", "ClinicalTrials.gov"},
    Row{"urn:oid:1.3.6.1.4.1.19376.1.2.3", "IHE format codes (old URL)"},
    Row{"http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode", "IHE format codes"},
};

// A URL without what people get wrong: scheme, www., case, trailing slash.
std::string plain(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (url.starts_with(scheme)) url.remove_prefix(scheme.size());
  }
  if (url.starts_with("www.")) url.remove_prefix(4);
  while (!url.empty() && (url.back() == '/' || url.back() == ' ')) url.remove_suffix(1);
  std::string text(url);
  std::transform(text.begin(), text.end(), text.begin(), lower_ascii);
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

template <typename Predicate>
bool all(std::string_view text, Predicate predicate) {
  return !text.empty() && std::all_of(text.begin(), text.end(), predicate);
}

RuleAnswer known_form(bool form) { return form ? RuleAnswer::kUnsure : RuleAnswer::kInvalid; }
RuleAnswer decided(bool valid) { return valid ? RuleAnswer::kValid : RuleAnswer::kInvalid; }

// The check digit of an SCTID (Verhoeff's dihedral group).
bool is_sctid(std::string_view code) {
  static constexpr std::uint8_t kProduct[10][10] = {
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
      {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
      {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
      {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
      {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
  static constexpr std::uint8_t kPermutation[8][10] = {
      {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
      {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
      {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
      {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
  if (code.size() < 6 || code.size() > 18 || !all(code, is_digit)) return false;
  std::size_t check = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const auto digit = static_cast<std::size_t>(code[code.size() - 1 - i] - '0');
    check = kProduct[check][kPermutation[i % 8][digit]];
  }
  return check == 0;
}

// An identifier, or an expression of compositional grammar, which is not read.
RuleAnswer test_snomed(std::string_view code) {
  if (all(code, is_digit)) return is_sctid(code) ? RuleAnswer::kUnsure : RuleAnswer::kInvalid;
  const bool expression = is_digit(code.front()) || code.front() == '=' || code.front() == '<' ||
                          code.front() == '(' || code.front() == '{';
  return expression && code.find_first_of(":+|=") != std::string_view::npos ? RuleAnswer::kUnsure
                                                                            : RuleAnswer::kInvalid;
}

// Digits, hyphen, check digit of the Luhn algorithm.
bool has_luhn_digit(std::string_view code) {
  int sum = 0;
  for (std::size_t i = 0; i + 2 < code.size(); ++i) {
    const int digit = code[code.size() - 3 - i] - '0';
    const int doubled = i % 2 == 0 ? digit * 2 : digit;
    sum += doubled / 10 + doubled % 10;
  }
  return (10 - sum % 10) % 10 == code.back() - '0';
}

bool is_number_and_digit(std::string_view code) {
  return code.size() >= 3 && code.size() <= 12 && code[code.size() - 2] == '-' &&
         is_digit(code.back()) && all(code.substr(0, code.size() - 2), is_digit);
}

// LOINC terms, and parts (LP), answers (LA), lists (LL) and groups (LG), whose check digits are not
// relied on.
RuleAnswer test_loinc(std::string_view code) {
  if (!is_digit(code.front())) {
    const bool part = code.size() >= 5 && code[0] == 'L' && is_upper(code[1]);
    return known_form(part && is_number_and_digit(code.substr(2)));
  }
  return known_form(is_number_and_digit(code) && has_luhn_digit(code));
}

// CDC race and ethnicity: 2106-3.
bool is_cdc_race(std::string_view code) {
  return code.size() == 6 && is_number_and_digit(code) && has_luhn_digit(code);
}

// A00, C50.911, Z3A.20
bool is_icd10cm(std::string_view code) {
  const auto sign = [](char c) { return is_digit(c) || is_upper(c); };
  if (code.size() < 3 || !is_upper(code[0]) || !is_digit(code[1]) || !sign(code[2])) return false;
  if (code.size() == 3) return true;
  return code[3] == '.' && code.size() >= 5 && code.size() <= 8 && all(code.substr(4), sign);
}

// Topography C50.9, C50 or C500; morphology 8500/3 or 8500.
bool is_icdo3(std::string_view code) {
  if (code.empty()) return false;
  if (code[0] == 'C') {
    const std::string_view digits = code.substr(1);
    if (digits.size() == 4)
      return digits[2] == '.' && is_digit(digits[3]) && all(digits.substr(0, 2), is_digit);
    return digits.size() >= 2 && digits.size() <= 3 && all(digits, is_digit);
  }
  if (code.size() == 4) return all(code, is_digit);
  return code.size() >= 6 && code.size() <= 7 && code[4] == '/' &&
         all(code.substr(0, 4), is_digit) && all(code.substr(5), is_digit);
}

// The parts of a well-formed tag after its language.
std::uint8_t parts_of_tag(std::string_view tag) {
  std::uint8_t parts = 0;
  bool first = true;
  while (!tag.empty()) {
    const std::size_t hyphen = tag.find('-');
    const std::string_view part = tag.substr(0, hyphen);
    tag = hyphen == std::string_view::npos ? std::string_view() : tag.substr(hyphen + 1);
    if (part.size() == 1) {
      const bool own = part == "x" || part == "X";
      parts |= own ? kPrivateUse : kExtension;
      if (own) return parts;
      continue;
    }
    if (!first && (parts & kExtension) == 0) {
      const bool digits = all(part, is_digit);
      parts |= part.size() == 2 || (part.size() == 3 && digits) ? kRegion
               : part.size() == 3                               ? kExtlang
               : part.size() == 4 && !is_digit(part[0])         ? kScript
                                                                : kVariant;
    }
    first = false;
  }
  return parts;
}

RuleAnswer test_language(std::string_view tag, std::uint8_t without) {
  if (!is_bcp47(tag)) return RuleAnswer::kInvalid;
  const std::string_view language = tag.substr(0, tag.find('-'));
  // No language of four or more letters has been registered.
  if (language.size() > 3) return RuleAnswer::kInvalid;
  if (language.size() == 2) {
    const char lower[2] = {lower_ascii(language[0]), lower_ascii(language[1])};
    if (!in_code_list(kLanguages, std::string_view(lower, 2))) return RuleAnswer::kInvalid;
  }
  return (parts_of_tag(tag) & without) == 0 ? RuleAnswer::kValid : RuleAnswer::kInvalid;
}

RuleAnswer test_country(std::string_view code) {
  if (code.size() == 2 && in_code_list(kCountries, code)) return RuleAnswer::kValid;
  if (code.size() == 3 && (all(code, is_upper) || all(code, is_digit))) return RuleAnswer::kUnsure;
  return RuleAnswer::kInvalid;
}

RuleAnswer test_subdivision(std::string_view code) {
  const bool form = code.size() >= 4 && code.size() <= 6 && code[2] == '-' &&
                    in_code_list(kCountries, code.substr(0, 2)) &&
                    all(code.substr(3), [](char c) { return is_digit(c) || is_upper(c); });
  return form ? RuleAnswer::kUnsure : RuleAnswer::kInvalid;
}

RuleAnswer test_currency(std::string_view code) {
  if (code.size() != 3 || !all(code, is_upper)) return RuleAnswer::kInvalid;
  return in_code_list(kCurrencies, code) ? RuleAnswer::kValid : RuleAnswer::kUnsure;
}

const Row* find_row(std::string_view url) {
  for (const Row& row : kRows) {
    if (row.url == url) return &row;
  }
  return nullptr;
}

}  // namespace

RuleAnswer test_rule(const SystemRule& rule, std::string_view code, const Ucum& ucum) {
  if (code.empty()) return RuleAnswer::kInvalid;
  switch (rule.kind) {
    case RuleKind::kUcum:
      return decided(rule.unit.empty() ? ucum.is_valid(code) : ucum.commensurable(code, rule.unit));
    case RuleKind::kMimeType:
      // CapabilityStatement.format: `xml | json | ttl | mime type`
      return decided(is_mime_type(code) || code == "xml" || code == "json" || code == "ttl");
    case RuleKind::kLanguage:
      return test_language(code, rule.without);
    case RuleKind::kUri:
      return decided(is_absolute_uri(code));
    case RuleKind::kCurrency:
      return test_currency(code);
    case RuleKind::kUspsState:
      return decided(code.size() == 2 && in_code_list(kUspsStates, code));
    case RuleKind::kCountry:
      return test_country(code);
    case RuleKind::kSubdivision:
      return test_subdivision(code);
    case RuleKind::kSnomedCt:
      return test_snomed(code);
    case RuleKind::kLoinc:
      return test_loinc(code);
    case RuleKind::kCdcRace:
      return known_form(is_cdc_race(code));
    case RuleKind::kIcd10Cm:
      return known_form(is_icd10cm(code));
    case RuleKind::kIcdO3:
      return known_form(is_icdo3(code));
    case RuleKind::kDigits:
      return known_form(all(code, is_digit));
    case RuleKind::kNone:
      break;
  }
  return RuleAnswer::kUnsure;
}

bool may_be_unsure(RuleKind rule) {
  return rule != RuleKind::kUcum && rule != RuleKind::kMimeType && rule != RuleKind::kLanguage &&
         rule != RuleKind::kUri && rule != RuleKind::kUspsState;
}

RuleKind rule_of_system(std::string_view system) {
  const Row* row = find_row(system);
  return row == nullptr ? RuleKind::kNone : row->rule;
}

bool narrow_rule(SystemRule& rule, const ValueSetFilter& filter) {
  if (rule.kind == RuleKind::kUcum && filter.property == "canonical" && filter.op == "=" &&
      rule.unit.empty()) {
    rule.unit = filter.value;
    return true;
  }
  static constexpr std::array<std::pair<std::string_view, LanguagePart>, 6> kParts = {
      {{"ext-lang", kExtlang},
       {"script", kScript},
       {"variant", kVariant},
       {"extension", kExtension},
       {"private-use", kPrivateUse},
       {"region", kRegion}}};
  if (rule.kind == RuleKind::kLanguage && filter.op == "exists" && filter.value == "false") {
    for (const auto& [name, part] : kParts) {
      if (filter.property != name) continue;
      rule.without |= part;
      return true;
    }
  }
  return false;
}

bool is_known_system(std::string_view url) {
  constexpr std::string_view kTerminology = "http://terminology.hl7.org/CodeSystem/";
  if (find_row(url) != nullptr) return true;
  if (std::binary_search(std::begin(kRegisteredUrls), std::end(kRegisteredUrls), url)) return true;
  return url.starts_with(kTerminology) &&
         std::binary_search(std::begin(kRegisteredNames), std::end(kRegisteredNames),
                            url.substr(kTerminology.size()));
}

bool is_hl7_space(std::string_view url) {
  if (url.starts_with("http://terminology.hl7.org/CodeSystem/")) return true;
  constexpr std::string_view kFhir = "http://hl7.org/fhir/";
  if (!url.starts_with(kFhir)) return false;
  std::string_view rest = url.substr(kFhir.size());
  if (rest.starts_with("CodeSystem/")) rest.remove_prefix(11);
  // Deeper paths are guides' (`us/core/`) and registries' (`sid/`).
  return rest.find('/') == std::string_view::npos;
}

std::string_view right_system_url(std::string_view url) {
  if (find_row(url) != nullptr) return {};
  const std::string wanted = plain(url);
  const std::string_view oid = url.starts_with("urn:oid:") ? url.substr(8) : url;
  for (const Row& row : kRows) {
    if (plain(row.url) == wanted || (!row.oid.empty() && row.oid == oid)) return row.url;
  }
  // A name: `SNOMED`, `snomed-ct`, `LOINC`, `icd10cm`.
  const auto letters = [](std::string_view text) {
    std::string kept;
    for (const char c : text) {
      if (is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z')) kept += lower_ascii(c);
    }
    return kept;
  };
  const std::string name = letters(url);
  if (name == "snomed" || name == "sct") return kRows[0].url;
  for (const Row& row : kRows) {
    if (letters(row.name) == name) return row.url;
  }
  return {};
}

}  // namespace oncobridge::profiles
