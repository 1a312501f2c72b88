//! What lines that are no part of an article begin with, by language: lists to extend.

/// A line that is no part of the text begins so; lower case.
///
/// Ordinary words that may begin a sentence stand with their colon.
#[rustfmt::skip]
pub const DROPPED_STARTS: &[&str] = &[
    // English
    "tags:", "tags :", "tagged", "filed under", "posted in", "categories:", "source image", "most read", "read more",
    "read also", "also read", "see also", "related:", "related article", "related articles", "related story", "related stories", "more on this", "sign up",
    "subscribe", "share this", "follow us", "click here", "this material may not be published",
    "follow @", "image credit", "image via", "image:", "photo:", "photo credit", "photo by", "photo courtesy",
    "photograph:", "video:", "watch:", "listen:", "© ", "(c) ", "copyright ©", "copyright (c)", "copyright 19", "copyright 20", "copyright:", "all rights reserved",
    "topics:", "topic:", "keywords:", "read next", "you may also like", "you might also like",
    "don't miss:", "don’t miss:", "was this article useful", "did you find this", "have you got a story",
    "get in touch with", "download our app", "download the app", "story continues below", "article continues below",
    "continue reading", "scroll to continue", "skip advert", "more from ", "recommended:", "must read:", "watch live:",
    "see more:", "more:", "read:", "also see:", "listen to this article", "print this", "send us a tip",
    "unless otherwise stated, the content", "unless otherwise noted, content", "except where otherwise noted",
    "join our whatsapp", "join the conversation", "loading...", "please wait",
    // French
    "mots-clés", "photo :", "crédit photo", "lire aussi", "à lire", "lire également", "a lire ", "lire plus",
    "lire la suite", "voir aussi", "inscrivez-vous", "abonnez-vous", "suivez-nous",
    "sur le même sujet", "tous droits réservés", "a voir aussi", "à voir aussi", "à écouter", "a lire aussi",
    "partager sur", "partager cet", "la suite après", "pour aller plus loin", "pour approfondir", "retrouvez-nous", "retrouvez notre", "lisez aussi",
    "article réservé", "cet article est réservé", "en savoir plus", "dans la même rubrique",
    "sauf mention contraire, le contenu", "sauf mention contraire, les contenus", "relire :", "relire notre", "notre dossier", "recevez chaque", "recevez tous", "recevez notre", "images :",
    // Dutch
    "trefwoorden", "beeld:", "lees ook", "lees meer", "bekijk ook", "lees verder", "schrijf je in",
    "abonneer", "deel dit", "volg ons", "alle rechten voorbehouden", "fijn dat je wil reageren",
    "tenzij anders vermeld, is de inhoud", "tenzij anders aangegeven, is de inhoud", "iets gezien in de stad", "lees hier", "ook interessant", "bekijk hier", "beluister", "lees:", "bekijk:",
    "kijk ook", "luister ook", "meer over dit onderwerp", "meer lezen", "tekst gaat verder", "tekst loopt door",
    "artikel gaat verder", "verder lezen", "volg het laatste nieuws", "heb je een tip", "heeft u een tip", "tip de redactie",
    // German
    "sofern nicht anders ausgewiesen", "sofern nicht anders angegeben", "soweit nicht anders angegeben", "kategorisiert unter", "abgelegt unter", "schlagwörter", "kategorie:", "titelbild:", "foto:", "bild:",
    "lesen sie auch", "lesen sie mehr", "mehr zum thema", "auch interessant",
    "jetzt abonnieren", "alle rechte vorbehalten", "lesen sie dazu", "lesen sie hier",
    "lesen sie jetzt", "lies auch", "lies mehr", "lies dazu", "mehr dazu", "mehr lesen", "sehen sie auch",
    "sehen sie hier", "hören sie", "das könnte sie auch", "das könnte dich auch", "passend zum thema", "weiterlesen",
    "weiterlesen nach der anzeige", "teilen auf", "artikel teilen", "folgen sie uns", "jetzt kostenlos",
    "fehler gefunden", "zur startseite", "hier geht es zu", "hier geht's zu", "themen:", "schlagworte", "stichworte",
    // Spanish, Catalan, Portuguese, Galician
    "etiquetas", "lea también", "lee también", "te puede interesar", "leia também", "leia mais",
    "lea más", "lee más", "leer más", "más información:", "más sobre", "ver también", "vea también", "mira también",
    "lea además", "además:", "noticia relacionada", "noticias relacionadas", "síguenos", "suscríbete", "suscríbase",
    "temas:", "llegeix també", "veja também", "veja mais", "leia a seguir", "saiba mais",
    "continua depois da publicidade", "assine", "siga o ", "siga a ", "receba as", "compartilhe",
    "compartir en", "todos los derechos reservados", "todos os direitos reservados", "ler mais", "leia ainda",
    "relacionado:", "relacionadas:", "te recomendamos", "archivado en",
    // Italian, Romanian
    "leggi anche", "leggi tutto", "leggi pure", "leggi qui", "leggi di più", "potrebbe interessarti", "approfondisci",
    "guarda anche", "guarda il video", "vedi anche", "iscriviti", "seguici",
    "riproduzione riservata", "tutti i diritti riservati", "per approfondire", "articoli correlati", "citește și",
    "citeste si", "citeşte şi", "citiți și", "citeste mai", "citește mai", "vezi și", "abonează-te", "urmărește-ne",
    "urmăriți-ne",
    // Scandinavian, Finnish, Estonian, Latvian, Lithuanian
    "läs också", "läs mer", "läs även", "les også", "læs også", "les mer:", "læs mere", "se også", "se även",
    "lue myös", "lue lisää", "katso myös", "artikkelen fortsetter",
    "artiklen fortsætter", "følg oss", "følg os", "loe ka", "loe veel", "lasi arī", "lasi vēl", "lasiet arī",
    "taip pat skaitykite", "skaitykite", "susiję straipsniai", "jaa artikkeli", "dela artikeln", "del artikkel",
    // Polish, Czech, Slovak, Hungarian, Slovene, Croatian, Serbian, Albanian
    "czytaj także", "czytaj też", "czytaj również", "czytaj więcej", "czytaj dalej", "czytaj:", "przeczytaj", "zobacz też",
    "zobacz także", "zobacz również", "zobacz więcej", "więcej na temat", "dalsza część tekstu", "dalszy ciąg materiału",
    "obserwuj nas", "źródło:", "čtěte také", "čtěte též", "čtěte i", "čtěte dále", "přečtěte si", "číst dál", "mohlo by vás zajímat",
    "související články", "prečítajte si", "čítajte aj", "čítajte tiež", "súvisiace články", "olvasta már", "olvassa el",
    "olvass tovább", "kapcsolódó cikk", "kapcsolódó cikkek", "ezt is olvassa", "preberite tudi", "preberite še", "pročitajte i",
    "pročitajte još", "pročitajte više", "vezane vijesti", "povezane vijesti", "pogledajte i", "прочитајте",
    "lexo edhe", "lexo më shumë", "lexoni gjithashtu", "još iz rubrike",
    // Russian, Ukrainian, Bulgarian
    "читайте также", "читайте ещё", "читайте еще", "читать также", "читай также", "смотрите также", "по теме:",
    "материалы по теме", "подписывайтесь", "подписаться", "подпишитесь", "фото:", "видео:",
    "источник:", "теги:", "ранее по теме", "самое важное", "больше новостей", "все новости",
    "нашли ошибку", "выделите фрагмент", "читайте нас", "читайте більше", "читайте також", "дивіться також",
    "дивіться:", "підписуйтесь", "підписуйтеся", "теги", "джерело:", "прочетете още", "вижте още",
    "вижте също", "още по темата", "последвайте ни", "споделете", "прочети още", "чети още", "виж още", "читайте:",
    // Greek
    "διαβάστε επίσης", "διαβάστε ακόμα", "διαβάστε ακόμη", "διαβάστε εδώ", "διαβάστε περισσότερα", "διαβάστε:",
    "διαβαστε επισης", "διαβαστε ακομα", "δείτε επίσης", "δείτε ακόμα", "δειτε επισης", "ακολουθήστε", "σχετικά άρθρα",
    "πηγή:", "ειδήσεις σήμερα",
    // Turkish, Azerbaijani
    "ayrıca okuyun", "ilgili haber", "ilgili haberler", "i̇lgili̇ haber", "İLGİLİ HABER", "İlgili haber", "bunları da okuyun", "bunlar da ilginizi",
    "ilginizi çekebilir", "İLGİNİZİ ÇEKEBİLİR", "ayrıca bakınız", "bunu da oku", "devamını oku", "haberin devamı", "kaynak:",
    "abone ol", "takip edin", "oxuyun:",
    // Hebrew
    "קראו גם", "קראו עוד", "לקריאה נוספת", "כתבות נוספות", "עוד בנושא", "לכל הכתבות", "עקבו אחרינו", "ראו גם", "צילום:",
    "הצטרפו ל", "מצאתם טעות", "כתבות קשורות",
    // Arabic, Persian, Urdu, Kurdish
    "اقرأ أيضا", "اقرأ أيضاً", "اقرأ أيضًا", "إقرأ أيضا", "إقرأ أيضاً", "اقرأ المزيد", "اقرا ايضا", "إقرأ المزيد", "اقرأوا أيضا",
    "شاهد أيضا", "شاهد أيضاً", "شاهد أيضًا", "شاهد:", "تابعونا", "مواضيع ذات صلة", "أخبار ذات صلة", "مقالات ذات صلة",
    "لمزيد من الأخبار", "اشترك في", "بیشتر بخوانید", "مطالب مرتبط", "بیشتر بخوان", "بخوانید:",
    "همچنین بخوانید", "خبرهای مرتبط", "اخبار مرتبط", "لینک کوتاه", "کد خبر", "انتهای پیام",
    "مزید پڑھیں", "یہ بھی پڑھیں", "مزید پڑھیے", "یہ بھی دیکھیں",
    // Hindi, Marathi, Bengali, Tamil, Telugu, Nepali
    "यह भी पढ़ें", "ये भी पढ़ें", "इसे भी पढ़ें", "यह भी पढ़े", "यह भी देखें", "ये भी देखें", "और पढ़ें", "संबंधित खबर", "संबंधित खबरें",
    "यह भी पढ़ें", "ये भी पढ़ें", "इसे भी पढ़ें", "हे ही वाचा", "हेही वाचा", "आरो पढ़ें", "यो पनि पढ्नुहोस्", "আরও পড়ুন", "আরো পড়ুন",
    "আরও পড়ুন", "மேலும் படிக்க", "இதையும் படி", "ఇవి కూడా చదవండి", "ఇది కూడా చదవండి",
    // Japanese
    "関連記事", "関連ニュース", "関連リンク", "あわせて読みたい", "合わせて読みたい", "この記事は有料", "この記事は会員", "有料会員限定",
    "会員限定", "続きを読む", "続きを見る", "もっと見る", "写真：", "写真特集", "画像：", "動画：", "無断転載", "おすすめ記事", "こちらもおすすめ", "人気記事",
    "シェアする", "記事一覧", "会員の方", "ログインして",
    // Chinese
    "相关阅读", "相關閱讀", "相关新闻", "相關新聞", "相关报道", "相關報道", "相关推荐", "延伸阅读", "延伸閱讀", "推荐阅读", "推薦閱讀",
    "责任编辑", "責任編輯", "编辑：", "編輯：", "编辑:", "編輯推薦", "编辑推荐", "更多新聞", "更多新闻", "看更多", "原文链接", "版权声明", "版權聲明", "未经授权", "未經授權",
    "点击查看", "點擊查看", "扫一扫", "分享到", "纠错", "特别声明", "免责声明", "请继续往下阅读", "請繼續往下閱讀", "热门推荐", "关注我们", "打开app",
    // Korean
    "관련기사", "관련 기사", "관련뉴스", "무단전재", "무단 전재", "ⓒ", "저작권자", "기사제보", "구독하기", "많이 본 뉴스",
    "인기기사",
    // Vietnamese, Indonesian, Malay, Thai, Swahili
    "xem thêm", "đọc thêm", "tin liên quan", "bài liên quan", "baca juga", "simak juga", "lihat juga", "baca selengkapnya",
    "baca artikel", "ikuti kami", "อ่านเพิ่มเติม", "ข่าวที่เกี่ยวข้อง", "อ่านข่าว", "soma zaidi", "soma pia",
];

/// Words of which a line is made that is no part of the text; they may begin a sentence as well. Lower case.
#[rustfmt::skip]
pub const LONE_WORDS: &[&str] = &[
    "advertisement", "publicité", "advertentie", "anzeige", "werbung", "publicidad", "publicidade", "pubblicità",
    "publicitate", "annons", "annonse", "annonce", "mainos", "reklama", "hirdetés", "oglas", "реклама", "διαφήμιση",
    "פרסומת", "إعلان", "विज्ञापन", "広告", "广告", "廣告", "광고", "残り", "좋아요", "partager", "teilen", "compartir",
    "comparte", "condividi", "partilhar", "podijeli", "zdieľať", "sdílet", "поделиться", "поділитися", "newsletter",
    "copyright", "getty images", "zum thema", "sur le sujet", "по теме", "در این باره", "در همین زمینه", "ติดตาม",
    "برچسب", "المزيد من", "للمزيد", "تابعوا", "카카오톡", "네이버에서", "페이스북에서", "제보는",
];

/// The first line of a box about the author or a subscription begins so; lower case.
#[rustfmt::skip]
pub const SURE_BOX_STARTS: &[&str] = &[
    "about the author", "over de auteur", "à propos de l'auteur", "à propos de l’auteur", "über den autor",
    "über die autorin", "zur person", "sobre la firma", "sobre el autor", "sobre o autor", "sull'autore",
    "om forfatteren", "sign up", "subscribe", "newsletter", "get our", "schrijf je in", "nieuwsbrief", "ontvang",
    "inscrivez-vous", "recevez", "jetzt abonnieren",
];

/// The first line of a box of links to other things begins so; lower case.
#[rustfmt::skip]
pub const BOX_STARTS: &[&str] = &[

    "related", "more on this", "more from", "most read", "most popular", "trending", "read more", "recommended",
    "you may also like", "you might also like", "also in the news",
    "don't miss", "read next", "latest news", "top stories", "editors' picks", "editor's pick", "more stories", "up next",
    "meer over", "lees ook", "meest gelezen", "aanbevolen", "ook interessant",
    "uit onze", "laatste nieuws", "meer nieuws", "ook in het nieuws", "net binnen",
    "lire aussi", "à lire aussi", "sur le même sujet", "les plus lus", "à lire également",
    "à découvrir", "nos articles", "plus d'articles", "aussi en ", "à la une", "les plus lues", "derniers articles",
    "mehr zum thema", "lesen sie auch", "meistgelesen", "auch interessant", "das könnte sie", "das könnte dich", "ähnliche",
    "weitere artikel", "mehr zu", "weitere nachrichten", "neueste", "meistgelesene", "empfehlungen",
    "te puede interesar", "más leídas", "noticias relacionadas", "lo más leído", "lo más visto", "últimas noticias",
    "leggi anche", "articoli correlati", "potrebbe interessarti", "i più letti", "ultime notizie", "più letti",
    "leia também", "relacionad", "mais lidas", "veja também", "últimas notícias", "leia mais", "citește și",
    "läs också", "les også", "læs også", "mest läst", "mest lest", "mest læste", "läs mer", "siste nytt", "luetuimmat", "lue myös",
    "czytaj także", "czytaj też", "zobacz także", "najczęściej czytane", "przeczytaj także", "polecane", "související", "nejčtenější",
    "čtěte také", "mohlo by vás", "najčítanejšie", "súvisiace", "olvasta már", "kapcsolódó", "legolvasottabb", "najčitanije", "preberite tudi",
    "читайте также", "материалы по теме", "самое читаемое", "популярное", "главное сегодня", "по теме", "новости по теме",
    "читайте також", "популярні", "останні новини", "още по темата", "най-четени", "διαβάστε επίσης", "σχετικά άρθρα", "δημοφιλή",
    "ilgili haberler", "çok okunanlar", "ilginizi çekebilir", "בנושא זה", "הנקראות ביותר", "כתבות נוספות", "עוד בנושא",
    "مطالب مرتبط", "أخبار ذات صلة", "مواضيع ذات صلة", "مقالات ذات صلة", "الأكثر قراءة", "اقرأ أيضا", "پربازدید", "اخبار مرتبط", "پیشنهاد",
    "関連記事", "人気記事", "アクセスランキング", "おすすめ記事", "相关阅读", "相關新聞", "热门", "延伸閱讀", "推荐阅读", "관련기사", "많이 본", "인기기사", "tin liên quan",
    "baca juga", "berita terkait", "terpopuler", "यह भी पढ़ें", "संबंधित",
];
