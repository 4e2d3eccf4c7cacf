# ruff: noqa: E501 (a sentence and its translation are one line, however long)
"""What readers, library, `corpus.quality` and builds say is wrong, and the same in Dutch; the first that fits holds.

The keeper of the documents reads it on the pages. Details that are a library's own words are left out in Dutch.
"""

DUTCH_REASONS = (
    # How well a text came out of its file.
    (r"(\d+%) of the words are not in a Dutch word list", r"\1 van de woorden staat niet in een Nederlandse woordenlijst"),
    (r"1 words? (?:is|are) torn apart, such as '(.*)'", r"1 woord is uiteengevallen: '\1'"),
    (r"(\d+) words are torn apart, such as '(.*)'", r"\1 woorden zijn uiteengevallen, zoals '\2'"),
    (r"no text was found on page (.*) and others", r"geen tekst gevonden op pagina \1 en andere"),
    (r"no text was found on page (.*)", r"geen tekst gevonden op pagina \1"),
    (r"1 characters? could not be read", r"1 teken kon niet worden gelezen"),
    (r"(\d+) characters could not be read", r"\1 tekens konden niet worden gelezen"),
    # What it is.
    (r"(.*) is empty; .*", r"\1 is leeg; verwijder het of zet er tekst in"),
    (r"(.*) is encrypted; .*", r"\1 is versleuteld; bewaar het zonder wachtwoord en voeg het opnieuw toe"),
    (r"(.*) is a zip file, but .*", r"\1 is een zipbestand, geen Word- of OpenDocumenttekst; pak het uit en voeg toe wat erin zit"),
    (r"(.*) is an old Office file .*", r"\1 is een oud Office-bestand (.doc, .xls, .msg); bewaar het als .docx en voeg dat toe"),
    (r"(.*) is an Excel or PowerPoint file; .*", r"\1 is een Excel- of PowerPointbestand; bewaar de tekst als Word, PDF of platte tekst"),
    (r"(.*) is (\S+/\S+), which holds no text that can be read; .*", r"\1 is van het soort \2, waaruit geen tekst kan worden gelezen"),
    (r"(.*) is no OpenDocument text .*", r"\1 is geen OpenDocumenttekst; bewaar de tekst als ODT, PDF of platte tekst"),
    (r"(.*) is XML of an unknown kind \((.*)\); .*", r"\1 is XML van een onbekend soort (\2); bewaar het als tekst of als webpagina"),
    (r"(.*) is not text in UTF-8, .*", r"\1 is geen tekst in UTF-8, UTF-16 of Windows-1252; bewaar het als UTF-8 en voeg het opnieuw toe"),
    (r"(.*) is no text that a web page can hold; .*", r"\1 is geen tekst die in een webpagina kan staan; bewaar de pagina opnieuw"),
    (r"(.*) is no web page; .*", r"\1 is geen webpagina; bewaar het als .txt als het platte tekst is"),
    (r"(.*) is an empty web page; .*", r"\1 is een lege webpagina; bewaar de pagina opnieuw"),
    (r"(.*) holds a publication's metadata and no text; .*", r"\1 bevat de metadata van een publicatie en geen tekst; voeg het .xml-bestand van de publicatie zelf toe"),
    # What it lacks.
    (r"(.*) holds no text; its text may be published as PDF only", r"\1 bevat geen tekst; misschien is de tekst alleen als PDF gepubliceerd"),
    (r"(.*) holds no text: its pages are empty; .*", r"\1 bevat geen tekst: de pagina's zijn leeg; ga na of het bestand heel is"),
    (r"(.*) holds no text; .*", r"\1 bevat geen tekst; verwijder het, of bewaar en voeg het opnieuw toe"),
    (r"(.*) holds no paragraph of text; .*", r"\1 bevat geen enkele alinea; ga na of het bestand heel is, of verwijder het"),
    (r"(.*) holds a heading but no paragraph below it; .*", r"\1 bevat een kop zonder alinea eronder; ga na of het bestand heel is"),
    (r"(.*) has no text on (\d+) of its (\d+) pages: .*", r"\1 heeft op \2 van de \3 pagina's geen tekst: het is gescand en heeft eerst tekstherkenning (OCR) nodig"),
    (r"(.*) does not say which letters (\d+) of its (\d+) glyphs are; .*", r"\1 zegt van \2 van de \3 tekens niet welke letters het zijn; het heeft eerst tekstherkenning (OCR) nodig"),
    (r"(.*) is a PDF without pages; .*", r"\1 is een PDF zonder pagina's; download of bewaar het opnieuw"),
    # What is too much.
    (r"(.*) is larger than (\d+) MB; .*", r"\1 is groter dan \2 MB; splits het in meer bestanden"),
    (r"(.*) needs more than (\d+) MB to be read; .*", r"\1 vraagt meer dan \2 MB geheugen om te lezen; splits het, of laat het weg"),
    (r"(.*) could not be read within (\S+) seconds; .*", r"\1 kon niet binnen \2 seconden worden gelezen; splits het, of laat het weg"),
    (r"(.*) holds more than (\S+) MB of text; .*", r"\1 bevat meer dan \2 MB tekst; splits het, of laat het weg"),
    (r"(.*), page (\d+) holds (\d+) characters, .*", r"\1 heeft op pagina \2 te veel tekens (\3); bewaar de tekst op een andere manier"),
    (r"(.*) has (\S+) pages, more than the (\S+) allowed; .*", r"\1 heeft \2 pagina's, meer dan de \3 die kunnen; splits het"),
    (r"(.*) has (\S+) (?:bytes|tags), more than .*", r"\1 is te groot om als één document te lezen; splits het in documenten"),
    (r"(.*) has tables too large to read; .*", r"\1 heeft tabellen die te groot zijn om te lezen; splits het in meer bestanden"),
    (r"(.*) holds more than (?:the )?(\S+) (?:paragraphs|characters).*", r"\1 is te lang om als één document te lezen; splits het in meer bestanden"),
    (r"(.*) is nested .*", r"\1 is te diep genest voor een brief; bewaar het opnieuw, of als tekst"),
    # What is damaged, or made to harm.
    (r"(.*) is cut off: a PDF ends with .*", r"\1 is afgebroken; download of bewaar het opnieuw"),
    (r"(.*) is damaged and cannot be opened as PDF; .*", r"\1 is beschadigd en kan niet als PDF worden geopend; download het opnieuw"),
    (r"(.*) is a damaged zip, Word or OpenDocument file; .*", r"\1 is een beschadigd zip-, Word- of OpenDocumentbestand; haal het opnieuw op"),
    (r"(.*) is damaged (HTML|XML) .*", r"\1 is beschadigde \2; haal het opnieuw op, of bewaar het als tekst"),
    (r"(.*) is damaged\b.*", r"\1 is beschadigd; open het in het programma waarmee het is gemaakt, bewaar het en voeg het opnieuw toe"),
    (r"(.*) is no Word file inside; .*", r"\1 is van binnen geen Wordbestand; open het in Word, bewaar het als .docx en voeg het opnieuw toe"),
    (r"(.*) is no RTF file inside; .*", r"\1 is van binnen geen RTF-bestand; open het in het programma waarmee het is gemaakt en bewaar het opnieuw"),
    (r"(.*) declares XML entities, .*", r"\1 declareert XML-entiteiten, die geen brief nodig heeft; verwijder de DOCTYPE"),
    (r"(.*) was refused: .*", r"\1 is geweigerd, omdat het van binnen is zoals geen gewoon document; bewaar het opnieuw in Word of LibreOffice"),
    (r"(.*) gave an answer that cannot be understood; .*", r"\1 kon niet worden gelezen; laat het weg"),
    (r"(.*) made its reader stop .*", r"\1 kon niet worden gelezen; laat het weg, of zet het om"),
    # What else is in the way of adding it.
    (r"(.*) is the same document as (.*) \((.*)\); remove one of them", r"\1 is hetzelfde document als \2 (\3); verwijder een van beide"),
    (r"(.*) is already here as (.*), with other contents; .*", r"\1 is er al als \2, met andere inhoud; verwijder dat eerst"),
    (r"(.*) changed while it was (?:read|added); .*", r"\1 veranderde tijdens het lezen; voeg het opnieuw toe"),
    (r"(.*) cannot be opened \(.*\); .*", r"\1 kan niet worden geopend; ga na of het leesbaar is"),
    (r"(.*) came back by another way; .*", r"\1 is intussen langs een andere weg teruggekomen; verwijder dat eerst"),
    (r"there is no removal .* in the trash", r"wat verwijderd was, is er niet meer"),
    (r"send a file in the form field .*", r"kies eerst een bestand"),
    # Why a build failed.
    (r"(.*) cannot be written \((?:No space left on device|Disk quota exceeded)\).*", r"er is geen ruimte meer in de map met gegevens; maak ruimte"),
    (r"(.*) cannot be written \(.*\).*", r"de map met gegevens kan niet worden beschreven; geef de dienst schrijfrechten, of maak ruimte"),
    (r"the process that reads files cannot be started; .*", r"het lezen van bestanden kon niet beginnen; probeer het opnieuw als het minder druk is"),
    (r"the build ended with status (.*)", r"de bouw stopte met status \1"),
)  # fmt: skip
