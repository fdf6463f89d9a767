"""Names as people have them, and what is typed to find them.

A line is the name as it is stored, a bar, and the searches that must find it, with commas between; it is always found
by its own spelling too. ``@`` at the beginning of a line says how its spelling is made from what follows: ``nfd`` takes
it apart into letters and marks, ``wide`` makes it full-width, ``caps`` capital.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_LINES = """
Jürgen Müller | jurgen muller, juergen mueller, MÜLLER, mueller, muller, Juergen, müller jürgen
Anna Mueller | anna müller, mueller, ANNA MUELLER
Käthe Größmann | kathe grossmann, kaethe groessmann, GROSSMANN, größmann, groessmann
Jörg Weiß | jorg weiss, joerg weiß, WEISS, weiß
Björn Strauß | bjorn strauss, bjoern, STRAUSS
Günter Öztürk | gunter ozturk, guenter oeztuerk, ozturk
Bärbel Jäger | barbel jager, baerbel jaeger
Heinz-Rüdiger Schäuble | heinz rudiger, heinz-ruediger, schaeuble, schauble
Sören Krüger | soren kruger, soeren krueger
Ursula von der Leyen | von der leyen, leyen, ursula leyen, der leyen
Ludwig van Beethoven | van beethoven, beethoven, ludwig van
Rembrandt van Rijn | rijn, van rijn
Jan van der Berg | van der berg, berg
Charles de Gaulle | de gaulle, degaulle charles de, gaulle
Leonardo da Vinci | da vinci, vinci
Otto von Bismarck | von bismarck, BISMARCK
Ana dos Santos | dos santos, santos
Shane O'Neil | oneil, o'neil, O’Neil, o neil, ONEIL, shane oneil
Sinéad O’Connor | oconnor, o'connor, sinead, sinead o connor
Miles D'Angelo | dangelo, d'angelo, D’ANGELO
Jeanne d’Arc | darc, d'arc, jeanne d arc
Gabriele D`Annunzio | dannunzio, d'annunzio
Saoirse Ní Dhomhnaill | ni dhomhnaill, saoirse ni
Seán Ó Briain | sean o briain, briain, sean o
Ngũgĩ wa Thiong'o | ngugi, thiongo, wa thiong'o
Kaʻiulani Kekona | kaiulani, ka'iulani
Qurʼon Karimov | quron, qur'on
François L'Écuyer | lecuyer, l'écuyer, francois l'ecuyer
Jean-Luc Godard | jean luc, jean-luc, jeanluc godard, godard
Anne‑Marie Lefèvre | anne marie, anne-marie, lefevre
Marie–Claire Dubois | marie claire, marie-claire
Zoë Kravitz | zoe, zoë, ZOE
Chloé Noël | chloe noel, noel
Élodie Hélène Garçon | elodie helene garcon, garcon
Loïc Raphaël | loic raphael
Œuvrard Cœur | oeuvrard, coeur
Hervé Ÿvon | herve yvon
Begoña Muñoz | begona munoz, muñoz, MUÑOZ
José María Núñez | jose maria nunez
Íñigo Ibáñez | inigo ibanez
João Gonçalves | joao goncalves
Conceição Magalhães | conceicao magalhaes
António Simões | antonio simoes
Nicolò Pirrò | nicolo pirro
Søren Kierkegård | soren kierkegard, soeren kierkegaard, søren, kierkegaard
Åse Ødegård | ase odegard, aase oedegaard, ase, ødegård
Øystein Åsgård | oystein asgard, oeystein aasgaard
Bjørn Ærø | bjorn aero, bjoern aeroe
Åsa Lindström | asa lindstrom, aasa lindstroem
Göran Sjöberg | goran sjoberg, goeran sjoeberg
Þórður Guðmundsson | thordur gudmundsson, gudmundsson
Ægir Þór | aegir thor
Sæunn Bragadóttir | saeunn bragadottir
Eyjólfur Ísleifsson | eyjolfur isleifsson
Väinö Hämäläinen | vaino hamalainen, vaeinoe haemaelaeinen
Łukasz Żółkiewski | lukasz zolkiewski, LUKASZ
Małgorzata Wójcik | malgorzata wojcik
Stanisław Świątek | stanislaw swiatek
Zdzisława Błaszczyk | zdzislawa blaszczyk
Jiří Dvořák | jiri dvorak
Kateřina Příhodová | katerina prihodova
Ľubica Šťastná | lubica stastna
Miloš Čapek | milos capek
László Kovács | laszlo kovacs
Erzsébet Szűcs | erzsebet szucs
Győző Őry | gyozo ory
Ștefan Țîrlea | stefan tirlea
Ştefan Ţurcanu | stefan turcanu
Mihăiță Brâncuși | mihaita brancusi
Đorđe Đoković | dorde dokovic
Željko Šarić | zeljko saric
Ćiril Žižek | ciril zizek
Jānis Bērziņš | janis berzins
Ģirts Ķēniņš | girts kenins
Žydrūnas Šimkus | zydrunas simkus
Õie Tõnisson | oie tonisson
İbrahim Işık | ibrahim isik, IBRAHIM, ışık
Gökçe Yıldız | gokce yildiz, goekce, YILDIZ
Çağlar Şahin | caglar sahin
Ülkü Ağaoğlu | ulku agaoglu, uelkue
Əli Məmmədov | eli memmedov
Nguyễn Thị Ánh | nguyen thi anh, NGUYEN
Đặng Hữu Phước | dang huu phuoc
Trần Quốc Tuấn | tran quoc tuan
Ħamrun Ġorġ | hamrun gorg
Ŋala Ɗanjuma | ngala
Adébáyọ̀ Ọlátúnjí | adebayo olatunji
Kŭmsŏng Pak | kumsong pak
Māori Tūheitia | maori tuheitia
Иван Петров | ivan petrov, petrov, ИВАН, петров иван
Юрий Щербаков | yuri shcherbakov, yurii, shcherbakov, щербаков
Сергей Хрущёв | sergei khrushchev, khrushchev, хрущев, хрущёв
Наталья Жукова | natalya zhukova, zhukova, жукова
Фёдор Достоевский | fedor dostoevski, dostoevskii, достоевский, федор
Екатерина Цветаева | ekaterina tsvetaeva, tsvetaeva
Михаил Горбачёв | mikhail gorbachev, горбачев
Анастасия Яковлева | anastasiya yakovleva, yakovleva
Григорій Хмельницький | hryhorii khmelnytskyi, grigorii, хмельницький
Олександр Шевченко | oleksandr shevchenko, шевченко
Їжакевич Іван | ivan, їжакевич, izhakevych
Ґедройць Єва | gedroits, ґедройць
Святлана Алексіевіч | svyatlana aleksievich, алексіевіч
Янка Купала | yanka kupala
Ђорђе Живковић | djordje zivkovic, живковић
Љубица Његош | ljubica njegos, његош
Џорџ Ћосић | dzordz cosic
Ќирил Ѓоргиев | kjiril gjorgiev
Христо Ботев | khristo botev, hristo botev, ботев
Търговище Въчева | targovishte, въчева
Нұрсұлтан Әбіш | nursultan, нұрсұлтан
Γιώργος Παπαδόπουλος | giorgos papadopoulos, papadopoulos, παπαδοπουλος, ΠΑΠΑΔΟΠΟΥΛΟΣ
Χρήστος Αγγελόπουλος | christos angelopoulos, hristos, χρηστος
Μπάμπης Ντίνος | babis, dinos, mpampis, ντίνος
Ελένη Θεοδωράκη | eleni theodoraki, θεοδωράκη
Παύλος Ψαρρός | pavlos psarros, paulos
Ευγενία Ξένου | evgenia xenou, eugenia
Φίλιππος Γκίκας | filippos, philippos, gkikas, gikas
محمد الراشد | mohammed al-rashid, muhammad rashid, mhmd, محمد, الراشد
أحمد حسين | ahmad hussein, ahmed hussain, احمد حسين
فاطمة الزهراء | fatima, fatimah zahra, فاطمة
عبد الله يوسف | abd yusuf, yousef, عبد الله
خالد مصطفى | khaled mustafa, khalid mostafa, مصطفى
مَحْمُود دَرْوِيش | mahmoud darwish, محمود درويش, mahmud
خديجة بنت خويلد | khadija, khadijah, خديجة
جمال عبد الناصر | jamal, gamal nasser, جمال
عمر الشريف | omar sharif, umar, عمر
غسان كنفاني | ghassan kanafani, غسان
شیرین عبادی | shirin ebadi, شیرین
رضا پهلوی | reza pahlavi, رضا
نجيب محفوظ | najib mahfouz, naguib, محفوظ
Ahmed al-Rashid | al-rashid, al rashid, alrashid ahmed, rashid
Abd al-Rahman | abd al rahman, rahman
Osama bin Zayd | bin zayd, zayd
Fatima-Zahra El Amrani | el amrani, fatima zahra
דוד כהן | david cohen, דוד, כהן, dvd
יוסף לוי | yosef levi, יוסף
שרה נתניהו | sarah, sara, שרה
משה דיין | moshe dayan, משה
חיים ויצמן | haim weizmann, chaim, חיים
גולדה מאיר | golda meir, גולדה
מיכאל רבין | michael rabin, רבין
שָׁלוֹם עֲלֵיכֶם | shalom, שלום עליכם, aleikhem
אברהם צבי | avraham, abraham, אברהם
李小龙 | 李, 小龙, 李小龙, 龙
王明 | 王, 明, 王明, 明王
司马相如 | 司马, 相如
陳大文 | 陳, 大文
张伟 Wei Zhang | zhang wei, 张伟, 伟
山田太郎 | 山田, 太郎, 田太
佐藤 花子 | 佐藤, 花子, 佐藤花子, 花子佐藤
髙橋 﨑子 | 髙橋, 橋
すずき いちろう | すずき, いちろう
タナカ ヒロシ | タナカ, ヒロシ
ﾔﾏﾀﾞ ﾊﾅｺ | ヤマダ, ﾔﾏﾀﾞ, ハナコ
ガンダム ポポ | ガンダム, ポポ
김철수 | 김, 철수, 김철수
박지성 Park | 박지성, park, 지성
이 순신 | 순신, 이 순신
𠮷野家 | 𠮷, 野家
นภา สุขใจ | นภา, สุขใจ
अमिताभ बच्चन | अमिताभ, बच्चन
রবীন্দ্রনাথ ঠাকুর | ঠাকুর
ரஜினிகாந்த் | ரஜினி
ნინო ჭავჭავაძე | nino chavchavadze, ნინო, ჭავჭავაძე
შოთა რუსთაველი | shota rustaveli
Տիգրան Պետրոսյան | tigran petrosyan, Պետրոսյան
Արամ Խաչատրյան | aram khachatryan
ድንቅነሽ አበበ | አበበ
Ⅷ Henry | henry, VIII
O | o, O
X Æ | x, x ae
Q'orianka K | qorianka, q'orianka k
Y | y
李 | 李
Ø | o, ø, oe
I. M. Pei | pei, i. m. pei
J.R.R. Tolkien | tolkien, j.r.r.
Li Na | li, na, li na
Bo Xi | bo, xi
Al | al
🎉 Party | 🎉, party
👩‍🚀 Astro | 👩‍🚀, astro
Zoë ❤️ Heart | ❤, ❤️, zoe heart
José 🇪🇸 España | 🇪🇸, espana, jose
★ Stella | ★, stella
™ Brand® | brand, tm
100% Pure | 100%, pure
Under_Score | under_score, under
Back\\slash Ben | back\\slash, slash
Per%cent Pia | per%cent, cent
Ann (Annie) Day | annie, (annie)
Smith; Jones | smith, jones
"Quoted" Quinn | quoted, quinn
Dr. Martin Luther King Jr. | king, dr. martin, jr.
Tab Ulator | tab, ulator
ﬁnn ﬂood | finn, flood
ǅemal Ǆaja | dzemal
ſiegfried | siegfried
Straße Übergang | strasse, uebergang, ubergang
STRAẞE Groẞ | strasse, gross
ÇELİK | celik, çelik
Ⓐlice Ⓑob | alice, bob
𝓐𝓭𝓪 𝕃𝕠𝕧𝕖𝕝𝕒𝕔𝕖 | ada lovelace, ada
@nfd Jürgen Müllner | jurgen mullner, juergen muellner, Müllner
@nfd Zoë Åström | zoe astrom, aastroem
@nfd Nguyễn Văn Đức | nguyen van duc
@nfd Őzi Çelebi | ozi celebi
@nfd がぎぐ だぢづ | がぎぐ, だぢ
@nfd 김영희 | 김영희, 영희
@nfd Сергей Королёв | sergei korolev, королёв
@nfd Ελένη Μερκούρη | eleni merkouri
@wide Ada Lovelace | ada, lovelace, ＡＤＡ
@wide O'Hara 42 | ohara, o'hara, 42
@wide b.miller | b.miller, miller
@caps Jürgen Größe | jurgen grosse, juergen groesse
@caps Çağla Öz | cagla oez, oz
@caps Łódź Ośka | lodz oska
"""


@dataclass(frozen=True)
class Case:
    """A name as it is stored, and what must find it."""

    name: str
    searches: tuple[str, ...]


def _made(line: str) -> Case:
    name, _, searches = line.rpartition(" | ")
    how, _, rest = name.partition(" ") if name.startswith("@") else ("", "", name)
    if how == "@nfd":
        rest = unicodedata.normalize("NFD", rest)
    elif how == "@wide":
        rest = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in rest)
    elif how == "@caps":
        rest = rest.upper()
    both = [unicodedata.normalize(form, rest) for form in ("NFC", "NFD")]
    return Case(rest, tuple(dict.fromkeys((rest, *both, rest.upper(), *searches.split(", ")))))


LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 4
CASES = [
    *map(_made, _LINES.strip().splitlines()),
    Case(LONG[:200], ("llanfairpwll", "gogogoch", LONG[:200], LONG[:200].upper())),
    Case("Ü" * 200, ("ü" * 200, "u" * 150, "ue" * 100)),
    Case("李" * 200, ("李" * 30, "李")),
    Case(" ".join(["Wolfeschlegelsteinhausen"] * 8), ("wolfeschlegelsteinhausen", "steinhausen")),
]
