"""Everyday phrases, written by hand: what a grammar of templates does not say."""

_GREETINGS = """
Hello!|नमस्कार!
Good morning!|शुभ सकाळ!
Good night!|शुभ रात्री!
How are you?|तुम्ही कसे आहात?
How are you?|तू कसा आहेस?
I am fine, thank you.|मी ठीक आहे, धन्यवाद.
I am fine. And you?|मी ठीक आहे. आणि तुम्ही?
Thank you!|धन्यवाद!
Thank you very much!|खूप खूप धन्यवाद!
Thanks for your help.|तुमच्या मदतीबद्दल धन्यवाद.
You are welcome to our home.|आमच्या घरी तुमचं स्वागत आहे.
Welcome to Pune!|पुण्यात स्वागत आहे!
Excuse me.|माफ करा.
Please forgive me.|कृपया मला माफ करा.
Congratulations!|अभिनंदन!
Happy birthday!|वाढदिवसाच्या शुभेच्छा!
Happy Diwali!|दिवाळीच्या शुभेच्छा!
Happy New Year!|नवीन वर्षाच्या शुभेच्छा!
Have a good journey!|प्रवास सुखाचा होवो!
See you tomorrow.|उद्या भेटूया.
We will meet again.|आपण पुन्हा भेटूया.
It was nice to meet you.|तुम्हाला भेटून आनंद झाला.
What is your name?|तुमचं नाव काय आहे?
What is your name?|तुझं नाव काय आहे?
My name is Asha.|माझं नाव आशा आहे.
My name is Ravi.|माझं नाव रवी आहे.
What is his name?|त्याचं नाव काय आहे?
What is her name?|तिचं नाव काय आहे?
His name is Sameer.|त्याचं नाव समीर आहे.
Her name is Meera.|तिचं नाव मीरा आहे.
How old are you?|तुमचं वय काय आहे?
Where did you come from?|तुम्ही कुठून आलात?
This is my friend Sameer.|हा माझा मित्र समीर आहे.
This is my friend Meera.|ही माझी मैत्रीण मीरा आहे.
Who is that boy?|तो मुलगा कोण आहे?
Who is that girl?|ती मुलगी कोण आहे?
How is your mother?|तुमची आई कशी आहे?
How is your father?|तुमचे वडील कसे आहेत?
My father is a doctor.|माझे वडील डॉक्टर आहेत.
My mother is a teacher.|माझी आई शिक्षिका आहे.
I am a student.|मी विद्यार्थी आहे.
I am a student.|मी विद्यार्थिनी आहे.
Please come in.|कृपया आत या.
Please sit down.|कृपया बसा.
Please sit here.|कृपया इथे बसा.
Come tomorrow at ten o'clock.|उद्या दहा वाजता या.
Come with me.|माझ्याबरोबर या.
Wait here for a moment.|इथे जरा थांबा.
"""

_TALK = """
Yes, of course.|हो, नक्कीच.
No, thank you.|नको, धन्यवाद.
All right.|ठीक आहे.
Very good!|खूप छान!
It does not matter.|काही हरकत नाही.
Maybe tomorrow.|कदाचित उद्या.
I understand.|मला समजतं.
I do not understand.|मला समजत नाही.
Do you understand?|तुम्हाला समजतं का?
I did not understand your question.|मला तुमचा प्रश्न समजला नाही.
Please speak slowly.|कृपया हळू बोला.
Please say it again.|कृपया पुन्हा सांगा.
What does this word mean?|या शब्दाचा अर्थ काय आहे?
What is this called in Marathi?|याला मराठीत काय म्हणतात?
How do you write this in Marathi?|हे मराठीत कसं लिहितात?
I speak a little Marathi.|मी थोडी मराठी बोलतो.
I am learning Marathi from my grandmother.|मी माझ्या आजीकडून मराठी शिकत आहे.
Do you know this song?|तुम्हाला हे गाणं माहीत आहे का?
I do not know.|मला माहीत नाही.
He knows everything.|त्याला सगळं माहीत आहे.
I have forgotten your name.|मी तुमचं नाव विसरलो.
What happened?|काय झालं?
Nothing happened to me.|मला काहीही झालं नाही.
What are you doing?|तुम्ही काय करत आहात?
What is she doing here?|ती इथे काय करत आहे?
I am working.|मी काम करत आहे.
I have a lot of work today.|आज मला खूप काम आहे.
Who is there?|तिथे कोण आहे?
Nobody is here.|इथे कोणीही नाही.
Why are you laughing?|तुम्ही का हसत आहात?
Why is the baby crying?|बाळ का रडत आहे?
Do not worry.|काळजी करू नका.
Do not be afraid.|घाबरू नका.
Do not forget my birthday.|माझा वाढदिवस विसरू नका.
Be careful!|सांभाळून!
Listen to me.|माझं ऐका.
Look there!|तिकडे बघा!
Come here!|इकडे या!
Come here!|इकडे ये!
Help me!|मला मदत करा!
Please help me.|कृपया मला मदत करा.
Can you help me?|तुम्ही मला मदत करू शकता का?
I need your help.|मला तुमची मदत हवीय.
I think so too.|मलाही असंच वाटतं.
You are right.|तुमचं बरोबर आहे.
This is wrong.|हे चूक आहे.
This is true.|हे खरं आहे.
It is easy to learn Marathi.|मराठी शिकणं सोपं आहे.
It is very difficult.|हे खूप अवघड आहे.
Call me in the evening.|मला संध्याकाळी फोन करा.
I will call you tomorrow.|मी तुम्हाला उद्या फोन करेन.
Nobody told me.|मला कोणीही सांगितलं नाही.
Grandmother, tell me a story.|आजी, मला एक गोष्ट सांग.
Please tell me everything.|कृपया मला सगळं सांगा.
"""

_SHOP = """
How much is this?|हे कितीला आहे?
How much is this saree?|ही साडी कितीला आहे?
How much are the mangoes?|आंबे कसे दिले?
What is the price of this shirt?|या शर्टची किंमत काय आहे?
It costs a hundred rupees.|याची किंमत शंभर रुपये आहे.
It costs fifty rupees.|याची किंमत पन्नास रुपये आहे.
That is too expensive.|ते खूप महाग आहे.
Do you have change?|तुमच्याकडे सुट्टे पैसे आहेत का?
I do not have money.|माझ्याकडे पैसे नाहीत.
I have only ten rupees.|माझ्याकडे फक्त दहा रुपये आहेत.
Please show me another shirt.|कृपया मला दुसरा शर्ट दाखवा.
Please show me another saree.|कृपया मला दुसरी साडी दाखवा.
I want a kilo of mangoes.|मला एक किलो आंबे हवेत.
I want half a kilo of tomatoes.|मला अर्धा किलो टोमॅटो हवेत.
Please give me the bill.|कृपया मला बिल द्या.
The shop is closed today.|आज दुकान बंद आहे.
The shop opens at nine o'clock.|दुकान नऊ वाजता उघडतं.
The food is ready.|जेवण तयार आहे.
The food was very tasty.|जेवण खूप चविष्ट होतं.
There is too much salt in the vegetables.|भाजीत मीठ जास्त आहे.
There is no sugar in the tea.|चहात साखर नाही.
I drink tea without sugar.|मी बिनसाखरेचा चहा पितो.
Two cups of tea, please.|कृपया दोन कप चहा द्या.
A little more, please.|कृपया अजून थोडं द्या.
That is enough.|बस झालं.
I do not eat meat.|मी मांस खात नाही.
I am full.|माझं पोट भरलं.
What will you eat?|तुम्ही काय खाणार?
Have you eaten?|तुम्ही जेवलात का?
We will eat together.|आपण एकत्र जेवूया.
"""

_TRAVEL = """
Where is the station?|स्टेशन कुठे आहे?
Is there a bank near here?|इथे जवळ बँक आहे का?
Where does this bus go?|ही बस कुठे जाते?
Does this bus go to Pune?|ही बस पुण्याला जाते का?
Does this train go to Mumbai?|ही गाडी मुंबईला जाते का?
When does the train arrive?|गाडी कधी येते?
When does the bus leave?|बस कधी सुटते?
The train is late today.|आज गाडीला उशीर झाला आहे.
The train left at five o'clock.|गाडी पाच वाजता सुटली.
We missed the bus.|आमची बस चुकली.
Please give me a ticket to Pune.|कृपया मला पुण्याचं तिकीट द्या.
How much is a ticket to Mumbai?|मुंबईचं तिकीट कितीला आहे?
Please stop here.|कृपया इथे थांबा.
Turn left.|डावीकडे वळा.
Turn right at the temple.|देवळापाशी उजवीकडे वळा.
Go straight.|सरळ जा.
How far is the school from here?|इथून शाळा किती लांब आहे?
The school is near my house.|शाळा माझ्या घराजवळ आहे.
It is not very far.|ते फार लांब नाही.
I have lost my way.|मी रस्ता चुकलो.
I have lost my bag.|माझी पिशवी हरवली.
I live on the second floor.|मी दुसऱ्या मजल्यावर राहतो.
We came by bus.|आम्ही बसने आलो.
He goes to school by bicycle.|तो सायकलने शाळेत जातो.
The journey takes three hours.|प्रवासाला तीन तास लागतात.
The road is closed today.|आज रस्ता बंद आहे.
Is this seat free?|ही जागा रिकामी आहे का?
Drive slowly.|गाडी हळू चालवा.
My car has broken down.|माझी गाडी बंद पडली.
Call a doctor!|डॉक्टरांना बोलवा!
I have a headache.|माझं डोकं दुखत आहे.
My stomach hurts.|माझं पोट दुखत आहे.
I have a fever.|मला ताप आला आहे.
She has a cold.|तिला सर्दी झाली आहे.
Take this medicine every day.|हे औषध रोज घ्या.
I am very tired.|मी खूप थकलो आहे.
I am very tired.|मी खूप थकले आहे.
I want to rest.|मला आराम करायचा आहे.
"""

_TIME = """
What time is it?|किती वाजले?
It is one o'clock.|एक वाजला आहे.
It is two o'clock.|दोन वाजले आहेत.
It is three o'clock.|तीन वाजले आहेत.
It is four o'clock.|चार वाजले आहेत.
It is six o'clock.|सहा वाजले आहेत.
It is ten o'clock.|दहा वाजले आहेत.
What day is it today?|आज कोणता वार आहे?
Today is Monday.|आज सोमवार आहे.
Today is Friday.|आज शुक्रवार आहे.
Tomorrow is Tuesday.|उद्या मंगळवार आहे.
Tomorrow is Saturday.|उद्या शनिवार आहे.
Yesterday was Sunday.|काल रविवार होता.
Monday is a holiday.|सोमवारी सुट्टी आहे.
My birthday is in June.|माझा वाढदिवस जूनमध्ये असतो.
I get up at six o'clock.|मी सहा वाजता उठतो.
I sleep at ten o'clock.|मी दहा वाजता झोपतो.
She gets up early.|ती लवकर उठते.
He woke up late today.|तो आज उशिरा उठला.
School starts at eight o'clock.|शाळा आठ वाजता सुरू होते.
I have no time.|माझ्याकडे वेळ नाही.
We are late.|आम्हाला उशीर झाला आहे.
I am in a hurry.|मी घाईत आहे.
Come home early today.|आज लवकर घरी या.
I will come at once.|मी लगेच येईन.
He will come on Sunday.|तो रविवारी येईल.
She came yesterday.|ती काल आली.
They will come next week.|ते पुढच्या आठवड्यात येतील.
My brother came home late.|माझा भाऊ उशिरा घरी आला.
There are seven days in a week.|आठवड्यात सात दिवस असतात.
"""

_WEATHER = """
It is very hot today.|आज खूप उकडत आहे.
It is very cold today.|आज खूप थंडी आहे.
It is raining.|पाऊस पडत आहे.
It was raining yesterday.|काल पाऊस पडत होता.
It will rain tomorrow.|उद्या पाऊस पडेल.
It did not rain this week.|या आठवड्यात पाऊस पडला नाही.
How is the weather today?|आज हवा कशी आहे?
The weather is pleasant.|हवा छान आहे.
The sky is clear.|आकाश निरभ्र आहे.
The sky is blue.|आकाश निळं आहे.
The wind is strong.|वारा जोरात वाहत आहे.
The sun has risen.|सूर्य उगवला आहे.
The moon is beautiful tonight.|आज रात्री चंद्र सुंदर दिसत आहे.
Take an umbrella with you.|बरोबर छत्री घ्या.
The flowers are beautiful.|फुलं सुंदर आहेत.
There are many trees in the village.|गावात खूप झाडं आहेत.
The river is very deep.|नदी खूप खोल आहे.
The dog is sleeping under the tree.|कुत्रा झाडाखाली झोपला आहे.
Our cat drinks milk.|आमचं मांजर दूध पितं.
The birds are singing.|पक्षी गात आहेत.
The children are playing in the garden.|मुलं बागेत खेळत आहेत.
The girl is dancing.|मुलगी नाचत आहे.
The baby is sleeping.|बाळ झोपलं आहे.
Do not make noise.|आवाज करू नका.
Turn on the fan.|पंखा लावा.
Turn off the light.|दिवा बंद करा.
Wash your hands.|हात धुवा.
Clean your room.|तुमची खोली साफ करा.
We have two children.|आम्हाला दोन मुलं आहेत.
I have one brother and one sister.|मला एक भाऊ आणि एक बहीण आहे.
"""


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a text whose lines hold English, a bar and Marathi."""
    lines = (line.split("|") for line in text.strip().splitlines())
    return tuple((eng, mar) for eng, mar in lines)


PHRASES = sum(map(_pairs, (_GREETINGS, _TALK, _SHOP, _TRAVEL, _TIME, _WEATHER)), ())
"""The phrases as pairs of English and Marathi; a few English ones have two translations."""
