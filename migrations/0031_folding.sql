-- One text for every way of writing a name: what search compares, for the rows it looks through and for what is typed.
--
-- Case, accents, width, apostrophes and hyphens do not count, and letters of other alphabets become plain ones. What has no
-- plain letters (李, 🎉) becomes u and its number, because trigrams of some servers know nothing but ASCII.

-- `p_other` asks for the other customary way, for names that have two: Mueller for Müller, Soerensen for Sørensen.
CREATE FUNCTION search_fold(p_text text, p_other boolean DEFAULT false) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    v text;
    v_pairs text[];
    v_at integer;
    v_latin boolean;
BEGIN
    IF octet_length(p_text) = length(p_text) THEN
        RETURN translate(lower(p_text), '-''`', ' ');
    END IF;
    v := lower(p_text);
    v_latin := v !~ '[^\u0001-\u024f\u1e00-\u1eff\u2018\u2019]';
    IF NOT v_latin THEN
        v := lower(normalize(v, NFKC));
    END IF;
    IF p_other AND v ~ '[äöüåøõæ]' THEN
        v := replace(replace(replace(replace(replace(v, 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'å', 'aa'), 'ø', 'oe');
    END IF;
    IF v ~ '[ßæœøłđðþıŋħŧĸŀƒəǝſ]' THEN
        v := replace(replace(replace(replace(replace(v, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ŋ', 'ng');
        v := translate(v, 'øłđðıħŧĸŀƒəǝſ', 'olddihtklfees');
    END IF;
    IF v_latin THEN  -- what most names are, and quick
        v := translate(unaccent('unaccent', v), '-''`´‘’', ' ');
        IF octet_length(v) = length(v) THEN
            RETURN v;
        END IF;
    END IF;
    IF v ~ '[Ѐ-ԯ]' THEN
        IF v ~ '[јљњђћџ]' THEN  -- Serbian and Macedonian
            v_pairs := '{љ,lj,њ,nj,ђ,dj,џ,dz,ж,z,х,h,ц,c,ч,c,ш,s,ћ,c,ј,j}';
        ELSIF p_other AND v ~ '[іїєґў]' THEN  -- Ukrainian and Belarusian
            v_pairs := '{щ,shch,ж,zh,х,kh,ц,ts,ч,ch,ш,sh,ю,iu,я,ia,є,ie,ї,i,ё,io,г,h,и,y}';
        ELSIF p_other THEN  -- Bulgarian, and Russian as passports once had it
            v_pairs := '{щ,sht,ж,zh,х,h,ц,ts,ч,ch,ш,sh,ю,iu,я,ia,ё,yo,й,y,ъ,a}';
        ELSE
            v_pairs := '{щ,shch,ж,zh,х,kh,ц,ts,ч,ch,ш,sh,ю,yu,я,ya,є,ye,ї,yi,ё,e,ѓ,gj,ќ,kj,ѕ,dz}';
        END IF;
        FOR v_at IN 1 .. array_length(v_pairs, 1) BY 2 LOOP
            v := replace(v, v_pairs[v_at], v_pairs[v_at + 1]);
        END LOOP;
        v := translate(v, 'абвгдезийклмнопрстуфыэіґўқңғүұһөәьъ', 'abvgdeziiklmnoprstufyeiguknguuhoa');
    END IF;
    v := regexp_replace(normalize(v, NFKD),
        '[\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f'
        '\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]', '', 'g');
    IF v ~ '[α-ω]' THEN
        v_pairs := CASE WHEN p_other
            THEN '{ου,ou,αυ,au,ευ,eu,ει,i,μπ,mp,ντ,d,γκ,g,γγ,g,θ,th,χ,h,ψ,ps,φ,ph,β,b}'::text[]
            ELSE '{ου,ou,αυ,av,ευ,ev,μπ,b,γγ,ng,γχ,nch,θ,th,χ,ch,ψ,ps}'::text[] END;
        FOR v_at IN 1 .. array_length(v_pairs, 1) BY 2 LOOP
            v := replace(v, v_pairs[v_at], v_pairs[v_at + 1]);
        END LOOP;
        v := translate(v, 'αβγδεζηικλμνξοπρσςτυφω', 'avgdeziiklmnxoprsstyfo');
    END IF;
    IF v ~ '[؀-ۿא-ת]' THEN
        v_pairs := '{ث,th,خ,kh,ذ,dh,ش,sh,غ,gh,چ,ch,ژ,zh,ש,sh,צ,ts,ץ,ts}';
        FOR v_at IN 1 .. array_length(v_pairs, 1) BY 2 LOOP
            v := replace(v, v_pairs[v_at], v_pairs[v_at + 1]);
        END LOOP;
        v := translate(v, 'ابتجحدرزسصضطظعفقكلمنهويىةپگکیہےں٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹ء', 'abtjhdrzssdtzafqklmnhwyaapgkyhyn01234567890123456789');
        v := translate(v, 'אבגדהוזחטיכךלמםנןסעפףקרת״׳', 'abgdhvzhtykklmmnnsappkrt');
    END IF;
    IF v ~ '[ა-ჰա-ֆ]' THEN
        v_pairs := '{ჟ,zh,ღ,gh,შ,sh,ჩ,ch,ც,ts,ძ,dz,წ,ts,ჭ,ch,ხ,kh,ու,u,ժ,zh,խ,kh,ծ,ts,ձ,dz,ղ,gh,ճ,ch,շ,sh,չ,ch,ց,ts}';
        FOR v_at IN 1 .. array_length(v_pairs, 1) BY 2 LOOP
            v := replace(v, v_pairs[v_at], v_pairs[v_at + 1]);
        END LOOP;
        v := translate(v, 'აბგდევზთიკლმნოპრსტუფქყჯჰ', 'abgdevztiklmnoprstupkqjh');
        v := translate(v, 'աբգդեզէըթիլկհմյնոպջռսվտրւփքօֆ', 'abgdezeytilkhmynopjrsvtrvpkof');
    END IF;
    v := translate(normalize(v, NFKC), '-‐‑‒–—―־·・''`´‘’‚‛ʹʻʼʽˈ′ꞌ', '          ');
    IF octet_length(v) > length(v) THEN
        SELECT string_agg(CASE WHEN ascii(letter) < 128 THEN letter ELSE 'u' || lpad(to_hex(ascii(letter)), 5, '0') END, '' ORDER BY place)
          INTO v FROM regexp_split_to_table(v, '') WITH ORDINALITY letters(letter, place);
    END IF;
    RETURN v;
END $$;

-- The consonants of one word by their kind: what is left to compare where one side writes no vowels (محمد, Mohammed).
CREATE FUNCTION search_bones(p_word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(
        translate(
            replace(replace(replace(replace(replace(replace(replace(
                regexp_replace(p_word, 'h$', ''), 'sh', 's'), 'gh', 'g'), 'th', 't'), 'dh', 'd'), 'ph', 'f'), 'ts', 's'), 'tz', 's'),
            'hqcxvwpzjaeiouy', 'kkkkbbfsg'),
        '(.)\1+', '\1', 'g')
$$;

-- The same of the words in a text that are written in Arabic or Hebrew letters, each behind a ~.
CREATE FUNCTION search_bones_of(p_text text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(DISTINCT '~' || bones, ' '), '')
      FROM (SELECT regexp_replace(way, '(.)\1+', '\1', 'g') AS bones
              FROM regexp_split_to_table(regexp_replace(normalize(p_text, NFKD), '[\u0591-\u05c7\u0640\u064b-\u065f\u0670]', '', 'g'), '[\s-]+') word,
                   unnest(ARRAY[word, regexp_replace(word, '^ال', ''), replace(word, 'ض', 'ز')]) part,
                   translate(regexp_replace(part, '[هةהا]$', ''), 'بتثطתטجحخهקقكכךחהکہدذضדرרزسشصظזסצץשغגگفפףپلלمמםنנןچژב',
                             'btttttgkkkkkkkkkkkkddddrrssssssssssgggffffllmmmnnnksb') consonants,
                   unnest(ARRAY[translate(consonants, 'وו', 'bb'), consonants]) written,
                   translate(written, 'اأإآعيىوةءئؤیےאעיו', '') way
             WHERE word ~ '[ء-ۿא-ת]') found
     WHERE bones ~ '^[a-z]+$'
$$;

-- What a row is found by: its words folded both ways, and the consonants of those without vowels.
CREATE FUNCTION search_doc(p_text text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    v text := search_fold(p_text);
    v_other text;
BEGIN
    IF octet_length(p_text) > length(p_text) THEN
        v_other := search_fold(p_text, true);
        IF v_other <> v THEN
            v := v || ' ' || v_other;
        END IF;
        IF p_text ~ '[ء-ۿא-ת]' THEN
            v := v || ' ' || search_bones_of(p_text);
        END IF;
    END IF;
    IF p_text ~ '\w[-‐‑–]\w' THEN  -- Jeanluc for Jean-Luc
        v := v || ' ' || search_fold((SELECT string_agg(translate(word, '-‐‑–', ''), ' ')
                                        FROM regexp_split_to_table(p_text, '\s+') word WHERE word ~ '\w[-‐‑–]\w'));
    END IF;
    RETURN ' ' || v || ' ';
END $$;

-- A key that sorts as a person would read it; what is not known comes last. Compared byte by byte.
CREATE FUNCTION search_order(VARIADIC p_parts text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN left(CASE WHEN p_parts[1] IS NULL THEN E'\x7f' ELSE '' END || search_fold(array_to_string(p_parts, ' ')), 120);
END $$;

CREATE FUNCTION search_literal(p_text text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(replace(replace(p_text, '\', '\\'), '%', '\%'), '_', '\_')
$$;

-- The condition on `s.doc` that somebody's words are in it: all of them, in any order; SQL without parameters.
--
-- A word of one or two letters begins a word, a longer one may stand anywhere. With `p_close`, words of four letters on may be
-- nearly there. Words beyond the eighth are not looked at.
CREATE FUNCTION search_condition(p_text text, p_close boolean) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_words text[] := regexp_split_to_array(btrim(search_fold(p_text)), '\s+');
    v_others text[] := regexp_split_to_array(btrim(search_fold(p_text, true)), '\s+');
    v_all text[] := '{}';
    v_ways text[];
    v_word text;
    v_at integer;
    v_split integer;
BEGIN
    IF v_words[1] = '' THEN
        RETURN 'false';
    END IF;
    FOR v_at IN 1 .. least(array_length(v_words, 1), 8) LOOP
        v_ways := '{}';
        FOR v_word IN SELECT DISTINCT word FROM unnest(ARRAY[v_words[v_at], v_others[v_at]]) word WHERE word <> '' LOOP
            v_ways := v_ways || format('s.doc LIKE %L', CASE WHEN length(v_word) < 3 THEN '% ' ELSE '%' END || search_literal(v_word) || '%');
            IF p_close AND v_word ~ '^[a-z]{4,}$' THEN
                -- Short words are like very many others: of those, the ones that begin with the same letter.
                v_ways := v_ways || format(CASE WHEN length(v_word) < 6 THEN '(%1$L <<%% s.doc AND s.doc LIKE %2$L)' ELSE '%1$L <<%% s.doc' END,
                                           v_word, '% ' || left(v_word, 1) || '%');
            END IF;
        END LOOP;
        IF v_words[v_at] ~ '^[a-z]{3,}$' AND search_bones(v_words[v_at]) <> '' THEN
            v_ways := v_ways || format('s.doc LIKE %L', '%~' || search_bones(v_words[v_at]) || ' %');
        END IF;
        -- 佐藤花子 is also who is kept as 花子 and 佐藤.
        FOR v_split IN 1 .. CASE WHEN v_words[v_at] ~ '^(u[0-9a-f]{5}){2,6}$' THEN length(v_words[v_at]) / 6 - 1 ELSE 0 END LOOP
            v_ways := v_ways || format('(s.doc LIKE %L AND s.doc LIKE %L)', '%' || left(v_words[v_at], 6 * v_split) || '%',
                                       '%' || substr(v_words[v_at], 6 * v_split + 1) || '%');
        END LOOP;
        v_all := v_all || ('(' || array_to_string(v_ways, ' OR ') || ')');
    END LOOP;
    RETURN array_to_string(v_all, ' AND ');
END $$;

GRANT EXECUTE ON FUNCTION search_fold, search_order TO reachly_app;
