/**
 * Common parts of leaked passwords: lower case, at least four letters. Not whole passwords: attackers try chains of
 * these words first.
 */
export const COMMON_WORDS: readonly string[] = /* plain-english-ok: a list of words */ `
remember access account admin administrator airborne alexander alexis alice amanda america andrea andrew angel angela angels animal
anthony apple apples april arsenal ashley asshole august austin autumn awesome baby babygirl badboy bailey banana bandit
barcelona baseball basketball batman beach bear beautiful beaver beer benjamin berlin bigdaddy bigdog biteme black blink
blowme blue bond bonnie booboo booger boomer boston brandon brandy brazil bubba bubbles buddy bulldog buster butter
butterfly buttercup calvin camaro cameron canada captain carlos casper chance change changeit changeme charles charlie cheese
chelsea chester chicago chicken chocolate chris christian christmas christopher classic cocacola coffee college company
computer connect cookie cool cooper corvette cowboy cowboys creative crystal customer cyber daddy dakota dallas daniel danielle
database david december default defender demo dennis diablo diamond digital dolphin donald dragon dragons eagle eagles
edward einstein elephant eminem enter enterprise extreme falcon family february ferrari fire firebird fishing flower
flowers football ford forever france freddy freedom friday friend friends gateway gemini general george ginger girls
godzilla golden golf golfer google gordon guest guitar gunner hammer hannah happy hardcore harley heather hello helloworld
helpme hockey holiday home hooters horny house hunter hunting iceman iloveu iloveyou initial internet jackson jackie january
jasmine jasper jennifer jeremy jessica jessie john johnny johnson jonathan jordan joseph joshua july june junior justin
justice killer kitten knight ladies lakers lauren legend letmein liverpool login london loveme lovely lover loveyou lucky maggie
manager marina mark marlboro martin master matrix matthew maverick maxwell melissa member mercedes merlin michael michelle
mickey midnight miller minecraft mike monday money monica monkey monster morgan mother mountain muffin murphy music
mustang myspace naruto nascar nathan natasha newyork nicholas nicole ninja nirvana nothing november october office oliver
online operator orange original outlaw panther parker passport passphrase passw passwd password passwort patrick peaches
peanut pepper personal phantom phoenix picture player please pokemon porsche power precious prince princess private public purple
pussy qazwsx qwert rabbit rachel racing raiders rainbow ranger rangers raptor rebecca redsox richard robert
rocket rocky root rosebud runner samantha samsung samson sample sandra saturday saturn scooby scooter scorpio scotland
secret secure security september server service shadow sharon shelby sierra silver skippy slayer smokey snoopy soccer
something sophie spanky sparky spider spiderman spring squirt standard starwars startrek station steelers stephen steven
sticky stuart student stupid success summer sunday sunflower sunshine super superman superstar support supervisor sydney
system taylor temp temporary tennis test testing texas thomas thunder thursday thx tiger tigers tigger tinkerbell toor toyota
travis trouble trustno trustno1 tucker tuesday turtle united user username vanessa verifier victor victoria viking vincent viper
walter warrior wednesday welcome whatever white wilson winner winston winter wizard wolf xavier yamaha yankee yankees
yellow zaq1 zxcvbn love pass word 1q2w3e4r 1qaz2wsx 2wsx 3edc auditor document documents
`
  .split(/\s+/)
  .filter(Boolean);
