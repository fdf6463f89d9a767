"""What columns are called in the files that people have: exports of other programs, and lists of their own."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

FIELDS = {
    "first_name": "First name",
    "last_name": "Last name",
    "full_name": "Full name",
    "title": "Job title",
    "seniority": "Seniority",
    "department": "Department",
    "email": "E-mail",
    "phone": "Phone",
    "linkedin_url": "LinkedIn profile",
    "company": "Company",
    "company_domain": "Company domain or website",
    "industry": "Industry",
    "company_size": "Company size",
    "city": "City",
    "state": "State or region",
    "country": "Country",
}
"""What a column can be taken for, in the order in which it is offered."""

_SPELLINGS = {
    "first_name": """first name|firstname|first|given name|givenname|forename|fname|name first|lead first name|
        contact first name|person first name|vorname|rufname|prénom|prenom|nombre|nombre de pila|primeiro nome|
        nome|voornaam|imię|imie|förnamn|fornavn|etunimi|keresztnév|utónév|jméno|křestní jméno|prenume|ad|adı|
        isim|имя|ім'я|名|名前|名字|이름|όνομα|שם פרטי|الاسم الأول""",
    "last_name": """last name|lastname|last|surname|family name|familyname|lname|name last|lead last name|
        contact last name|person last name|nachname|familienname|zuname|nom|nom de famille|apellido|apellidos|
        sobrenome|último nome|ultimo nome|apelido|cognome|achternaam|nazwisko|efternamn|etternavn|efternavn|
        sukunimi|vezetéknév|příjmení|priezvisko|nume|nume de familie|soyad|soyadı|фамилия|прізвище|姓|苗字|姓氏|
        성|επώνυμο|שם משפחה|اسم العائلة""",
    "full_name": """name|full name|fullname|contact|contact name|contact full name|lead|lead name|person|
        person name|prospect|prospect name|display name|customer name|name full|contact person|ansprechpartner|
        vollständiger name|vor und nachname|name vollständig|kontakt|nom complet|nom et prénom|nombre completo|
        nombre y apellidos|nome completo|volledige naam|naam|imię i nazwisko|fullständigt namn|namn|fullt navn|
        navn|nimi|koko nimi|celé jméno|ad soyad|adı soyadı|фио|полное имя|氏名|全名|姓名|성명|이름 전체|
        ονοματεπώνυμο|שם מלא|الاسم الكامل""",
    "title": """title|job title|jobtitle|position|job position|role|job role|job|occupation|headline|
        current title|current position|designation|function title|person title|lead title|contact title|
        berufsbezeichnung|jobtitel|stellenbezeichnung|stelle|titel|funktion|beruf|poste|titre|intitulé du poste|
        fonction|cargo|puesto|título|posizione|ruolo|qualifica|functie|functietitel|stanowisko|yrkestitel|
        befattning|stilling|tehtävänimike|titteli|pozice|pracovní pozice|funcție|beosztás|ünvan|unvan|pozisyon|
        должность|посада|役職|职位|職位|职务|직책|직함|θέση|תפקיד|المسمى الوظيفي""",
    "seniority": """seniority|seniority level|management level|job level|level|hierarchiestufe|hierarchie|
        niveau hiérarchique|nivel|nivel jerárquico|senioridade|livello|senioriteit|poziom stanowiska""",
    "department": """department|departments|dept|job function|function|team|division|abteilung|bereich|
        fachbereich|département|service|departamento|área|dipartimento|reparto|afdeling|dział|dzial|avdelning|
        avdeling|osasto|oddělení|osztály|departman|bölüm|отдел|відділ|部署|部门|部門|부서""",
    "email": """email|e mail|mail|email address|e mail address|emailaddress|work email|business email|
        email work|corporate email|company email|professional email|primary email|email 1|e mail 1 value|
        email 1 value|contact email|lead email|person email|verified email|email id|emails|e mails|work e mail|
        secondary email|personal email|other email|email 2|e mail adresse|emailadresse|mailadresse|
        geschäftliche e mail|geschäftliche e mail adresse|adresse e mail|adresse email|adresse mail|courriel|
        adresse électronique|email professionnel|correo|correo electrónico|correo electronico|email corporativo|
        endereço de email|indirizzo email|posta elettronica|e mailadres|emailadres|adres e mail|adres email|
        e postadress|e post|epost|sähköposti|sähköpostiosoite|e mail cím|e posta|eposta|электронная почта|почта|
        эл почта|имейл|електронна пошта|пошта|メール|メールアドレス|邮箱|电子邮件|電子郵件|邮件|이메일|메일|
        διεύθυνση email|אימייל|דואר אלקטרוני|البريد الإلكتروني""",
    "phone": """phone|phone number|phonenumber|telephone|telephone number|tel|tel no|tel nr|mobile|mobile phone|
        mobile number|mobile phone number|cell|cell phone|cellphone|work phone|business phone|direct phone|
        direct dial|direct|work direct phone|corporate phone|company phone|office phone|primary phone|
        contact phone|phone 1|phone 1 value|phone 2|home phone|other phone|whatsapp|phone numbers|telefon|
        telefonnummer|telefon nr|handy|handynummer|mobil|mobiltelefon|mobilnummer|rufnummer|durchwahl|téléphone|
        telephone portable|téléphone portable|portable|numéro de téléphone|teléfono|telefono|móvil|celular|
        telefone|telemóvel|cellulare|numero di telefono|telefoon|telefoonnummer|mobiel|numer telefonu|komórka|
        puhelin|puhelinnumero|telefonszám|telefonní číslo|telefon numarası|cep telefonu|телефон|номер телефона|
        мобильный|電話|電話番号|携帯|电话|手机|手机号|전화|전화번호|휴대폰|τηλέφωνο|טלפון|رقم الهاتف|الهاتف""",
    "linkedin_url": """linkedin|linkedin url|linkedin profile|linkedin profile url|linkedin link|
        linkedin address|person linkedin url|person linkedin|contact linkedin url|contact linkedin profile url|
        lead linkedin url|profile url|profile link|li url|li profile|hs linkedin url|linkedin bio|
        linkedin profil|profil linkedin|linkedin contact profile url|public profile url|defaultprofileurl|
        salesnav url|sales navigator url|url""",
    "company": """company|company name|companyname|current company|organization|organisation|organization name|
        organisation name|account|account name|employer|business|business name|associated company|
        primary associated company|company name for emails|firm|lead company|contact company|company or account|
        firma|firmenname|unternehmen|unternehmensname|organisationsname|arbeitgeber|société|societe|entreprise|
        nom de l'entreprise|nom de la société|raison sociale|employeur|empresa|nombre de la empresa|compañía|
        razón social|nome da empresa|azienda|società|nome azienda|ragione sociale|bedrijf|bedrijfsnaam|
        organisatie|nazwa firmy|företag|företagsnamn|bolag|selskap|virksomhed|firmanavn|yritys|yrityksen nimi|
        cég|cégnév|společnost|název firmy|companie|şirket|şirket adı|компания|организация|компанія|会社|会社名|
        企業名|公司|公司名称|企业名称|회사|회사명|εταιρεία|חברה|الشركة|اسم الشركة""",
    "company_domain": """domain|company domain|company domain name|domain name|website|company website|web site|
        web|website url|company website url|company url|organization website|account website|homepage|home page|
        webseite|internetseite|internetadresse|firmenwebsite|site web|site internet|site|sitio web|página web|
        pagina web|sito web|sito|dominio|domínio|domaine|strona www|strona internetowa|webbplats|hemsida|
        hjemmeside|nettside|verkkosivusto|kotisivu|weboldal|web stránka|webové stránky|web sitesi|сайт|веб сайт|
        ウェブサイト|网站|官网|웹사이트|홈페이지|email domain|account domain|domains""",
    "industry": """industry|company industry|sector|vertical|industries|branche|industrie|wirtschaftszweig|
        secteur|secteur d'activité|sector de actividad|industria|setor|settore|sectoren|branża|bransch|bransje|
        toimiala|iparág|odvětví|obor|sektör|отрасль|галузь|業種|业界|行业|產業|산업|업종""",
    "company_size": """company size|size|employees|number of employees|no of employees|employee count|headcount|
        company headcount|company employees|numberofemployees|employee range|staff count|of employees|
        mitarbeiter|mitarbeiterzahl|anzahl mitarbeiter|unternehmensgröße|firmengröße|effectif|effectifs|
        nombre d'employés|taille de l'entreprise|empleados|número de empleados|tamaño de la empresa|
        funcionários|número de funcionários|dipendenti|numero dipendenti|aantal medewerkers|medewerkers|
        bedrijfsgrootte|liczba pracowników|wielkość firmy|antal anställda|antall ansatte|antal ansatte|
        henkilöstömäärä|létszám|počet zaměstnanců|çalışan sayısı|количество сотрудников|従業員数|员工人数|
        公司规模|직원 수|company number of employees""",
    "city": """city|town|person city|contact city|work city|mailing city|location city|stadt|ort|wohnort|ville|
        ciudad|localidad|cidade|città|citta|comune|stad|plaats|woonplaats|miasto|miejscowość|ort stad|postort|
        by|kaupunki|paikkakunta|város|město|oraș|şehir|sehir|город|місто|市|城市|市区町村|도시|πόλη|עיר|
        المدينة""",
    "state": """state|state region|state or region|region|province|county|person state|mailing state|
        mailing state province|state province|location state|bundesland|kanton|land region|région|
        département région|estado|provincia|comunidad autónoma|regione|provincie|województwo|län|fylke|maakunta|
        megye|kraj|județ|il|bölge|область|регион|都道府県|省|省份|地区|州|시도""",
    "country": """country|country region|nation|person country|contact country|work country|mailing country|
        location country|country name|country code|land|staat|pays|país|pais|paese|nazione|kraj|państwo|maa|
        ország|země|stát|țară|ülke|страна|країна|国|国家|國家|国名|국가|나라|χώρα|מדינה|ארץ|البلد|الدولة""",
}
_MANY = re.compile(r"[^\w']+")


def folded(header: str) -> str:
    """A header as it is compared: one case, one form, words apart, whatever wrote them together."""
    text = unicodedata.normalize("NFKC", header).replace("\ufeff", "").replace("’", "'")
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold()
    return " ".join(_MANY.sub(" ", text.replace("_", " ")).split()).replace("linked in", "linkedin")


_KNOWN: dict[str, str] = {}
for _field, _words in _SPELLINGS.items():
    for _word in _words.split("|"):
        _KNOWN.setdefault(folded(_word), _field)
_KINDS = (
    ("linkedin_url", ("linkedin",)),
    ("email", ("email", "e mail", "courriel")),
    ("company_domain", ("website", "domain")),
)
_NOT = re.compile(
    r"\b(status|verdict|confidence|source|date|id|score|valid\w*|verified|type|opt|bounce\w*|count|sent|open\w*|owner|"
    r"company linkedin|hash|consent|provider|reply|replied|click\w*|unsubscribed?)\b"
)


@lru_cache(maxsize=4096)
def field_of(header: str) -> str | None:
    """The field that a column of this name most likely has; ``None`` where the name says nothing that we know."""
    if len(header) > 200:
        return None
    plain = folded(header)
    if found := _KNOWN.get(plain) or _KNOWN.get(plain.replace(" ", "")):
        return found
    for prefix in ("contact ", "person ", "lead ", "prospect ", "properties ", "your "):
        if plain.startswith(prefix) and (found := _KNOWN.get(plain.removeprefix(prefix))):
            return found
    without = re.sub(r"\s*\d+$", "", plain)
    if without != plain and (found := _KNOWN.get(without)):
        return found
    if _NOT.search(plain) or plain.startswith("company linkedin"):
        return None
    for field, parts in _KINDS:
        if any(part in plain for part in parts):
            return field
    return None
