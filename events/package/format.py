"""What format 1 of a course package says beyond what follows from the models (see `tables`).

Nothing is added here for a new kind, which gets a table at the end, nor for a new field, which
gets an optional column with its `help_text` as meaning.
"""

from __future__ import annotations

DESCRIPTOR = "datapackage.json"
# The folder of the pictures, in front of the names of their files.
PICTURES = "pictures/"
FORMAT = 1

# The tables in order, with the columns that every file of format 1 has, in order. A column that a
# model has besides is optional: files that were written before it are still read.
HEADERS = {
    "courses": "slug,title,summary,span,span_text,licence,status",
    "bibliography": "course,source",
    "topics": "course,order,slug,title,question,short_answer,summary,span,span_text,status",
    "topic-entries": "topic,order,role,kind,record,framing",
    "sections": "topic,order,public_id,heading,text",
    "people": (
        "slug,name,native_name,sort_name,other_names,epithet,born,born_text,died,died_text,"
        "undated_reason,summary,status"
    ),
    "power-bases": (
        "slug,name,abbreviation,native_name,kind,parent,span,span_text,undated_reason,summary,"
        "status"
    ),
    "tenures": "public_id,person,office,power_base,span,span_text,sole_holder,note",
    "reforms": (
        "slug,title,parent,initiators,span,span_text,undated_reason,aim,measure_taken,outcome,"
        "reversed,reversed_text,status"
    ),
    "effects": "public_id,reform,power_base,change,why",
    "measures": "slug,name,unit,population,finding,caveat,status",
    "statistics": (
        "public_id,measure,population,comparator,value,upper_value,as_written,change,"
        "baseline_comparator,baseline_value,baseline_date,baseline_date_text,date,date_text,"
        "undated_reason,reform,event,note,status"
    ),
    "events": "slug,title,span,span_text,undated_reason,summary,significance,reforms,status",
    "participations": "event,order,person,role",
    "sources": (
        "slug,title,kind,author,publisher,issued,issued_text,url,licence,checked,nature,"
        "origin,purpose,value,limits,note,status"
    ),
    "citations": "kind,record,order,public_id,claim,source,locator,quotation,stance,checked,note",
}

# Tables that came after the first packages were written: their file may be missing.
YOUNGER = {"sections"}

# What columns mean, by name or by table and name, where it is not the `help_text` of the field,
# which speaks to whoever fills in a form.
MEANINGS = {
    "slug": "Its address: the name that other tables use for it.",
    "public_id": "Its lasting name in the API and in other tables.",
    "undated_reason": "Why there is no date; only for a row without one.",
    "status": "Who sees it: readers see what is published.",
    "withdrawn_reason": "Why it was withdrawn. The column may be left out when nothing was.",
    "record": "The key of that record.",
    "picture_file": "The name of its picture in the folder `pictures`.",
    "picture_alt": "What the picture shows, for those who do not see it. Needed with a picture.",
    "picture_caption": "What readers read under it.",
    "picture_credit": "Whose picture it is. Needed with a picture.",
    "picture_licence": "Under what it may be shown. Needed with a picture.",
    "picture_origin": "The web page that it is from.",
    "_text": "The same in words as written; blank when EDTF says all.",
    "courses.title": "The name of the course.",
    "courses.summary": "What it is about. Markdown.",
    "courses.span": "The years it covers.",
    "courses.licence": "The licence of its texts: “CC BY 4.0”.",
    "bibliography.course": "The course that lists the source.",
    "bibliography.source": "The source, cited or not.",
    "topics.course": "The course it belongs to.",
    "topics.order": "Its number in the course, from 1.",
    "topics.title": "The name of the topic.",
    "topics.question": "The enquiry question that it answers.",
    "topics.short_answer": "The answer in a few sentences. Markdown.",
    "topics.span": "The years it covers.",
    "topic-entries.topic": "The topic in which the record stands.",
    "topic-entries.order": "Its place in the topic.",
    "topic-entries.role": "Its part in the story.",
    "topic-entries.kind": "Which kind of record it shows.",
    "topic-entries.turning_point": (
        "Whether the lesson begins with it; an event only. The column may be left out when nothing "
        "is one."
    ),
    "sections.topic": "The topic whose lesson it is part of.",
    "sections.order": "Its place in the lesson.",
    "sections.heading": "The heading over it.",
    "sections.text": (
        "Markdown, with links to records, “[words](kind:key)”, and citations, “[@source, place]”."
    ),
    "people.name": "The name as readers see it.",
    "people.native_name": "The name in the person’s own script.",
    "people.epithet": "What the person was called.",
    "people.born": "Birth.",
    "people.died": "Death; blank for somebody alive.",
    "people.summary": "Who this was. Markdown.",
    "power-bases.name": "The name of the institution or group.",
    "power-bases.abbreviation": "Its abbreviation.",
    "power-bases.native_name": "Its name in its own language.",
    "power-bases.kind": "What sort of power base it is.",
    "power-bases.parent": "The larger body it belongs to.",
    "power-bases.span": "When it existed.",
    "tenures.person": "Who held the office.",
    "tenures.office": "The office.",
    "tenures.power_base": "What the office drew on.",
    "tenures.span": "When it was held.",
    "tenures.sole_holder": "Whether only one person can hold it at a time.",
    "tenures.note": "What readers should know about it.",
    "reforms.title": "The name of the reform.",
    "reforms.parent": "The larger reform that it is a step of.",
    "reforms.initiators": "Who began it.",
    "reforms.span": "When it was carried out.",
    "reforms.problem": (
        "What was wrong when it began. Markdown. The column may be left out when no reform says."
    ),
    "reforms.reversed": "When it was reversed; blank if it never was.",
    "effects.power_base": "The power base that it changed.",
    "effects.change": "What it did to it.",
    "effects.why": "How and why. Markdown.",
    "measures.name": "What is counted.",
    "measures.unit": "In what unit: “persons”, “percent”.",
    "measures.population": "Of whom or what.",
    "measures.finding": "What the figures show, in one sentence.",
    "measures.caveat": "What to know about the figures. Markdown.",
    "statistics.measure": "What was counted.",
    "statistics.population": "Only when narrower than the measure’s.",
    "statistics.comparator": "How the value is meant.",
    "statistics.value": "The value in the measure’s unit; a half is 50 percent.",
    "statistics.upper_value": "The higher value; only with between.",
    "statistics.as_written": "As the source writes it: “1/2”.",
    "statistics.change": "What became of the value before.",
    "statistics.baseline_comparator": "How the value before is meant.",
    "statistics.baseline_value": "The value before; needed when change is given.",
    "statistics.baseline_upper_value": "The higher value before; only with between.",
    "statistics.baseline_as_written": "The value before as the source writes it.",
    "statistics.reform": "The reform it tells of.",
    "statistics.event": "The event it tells of.",
    "statistics.note": "What readers should know about this figure. Markdown.",
    "events.title": "The name of the event.",
    "events.span": "When it happened.",
    "events.significance": "1 detail, 2 notable, 3 turning point.",
    "events.reforms": "The reforms it belongs to.",
    "participations.order": "The person’s place in the list.",
    "participations.person": "Who took part.",
    "participations.role": "The part they played.",
    "participations.part": (
        "“subject” for somebody whom the event was about, blank for one who took part. "
        "The column may be left out when nobody was a subject."
    ),
    "sources.title": "The title, or a description where there is none.",
    "sources.kind": "What sort of source it is.",
    "sources.author": "The author; blank when not known.",
    "sources.publisher": "Publisher, journal, newspaper or archive.",
    "sources.licence": "Its licence.",
    "sources.checked": "How far it was checked.",
    "sources.note": "Anything else readers should know.",
    "citations.kind": "Which kind of record it is evidence for.",
    "citations.order": "Its place among the citations of the record.",
    "citations.claim": "The one statement it bears on; blank for the record as a whole.",
    "citations.source": "Where the evidence is.",
    "citations.locator": "The place in the source: “ch. 13”. Never blank.",
    "citations.quotation": "Word for word, and short.",
    "citations.stance": "Whether it bears the statement out.",
    "citations.checked": "How far the passage was checked.",
}
