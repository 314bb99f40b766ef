<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>CarEdit</name>
    <message numerus="yes">
        <source>%Ln come into the group %1</source>
        <translation>
            <numerusform>%Ln comes into the group %1</numerusform>
            <numerusform>%Ln come into the group %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln leave the group %1</source>
        <translation>
            <numerusform>%Ln leaves the group %1</numerusform>
            <numerusform>%Ln leave the group %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get the tag “%1”</source>
        <translation>
            <numerusform>%Ln gets the tag “%1”</numerusform>
            <numerusform>%Ln get the tag “%1”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln lose the tag “%1”</source>
        <translation>
            <numerusform>%Ln loses the tag “%1”</numerusform>
            <numerusform>%Ln lose the tag “%1”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln lose “%1”</source>
        <translation>
            <numerusform>%Ln loses “%1”</numerusform>
            <numerusform>%Ln lose “%1”</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get “%1”: %2</source>
        <translation>
            <numerusform>%Ln gets “%1”: %2</numerusform>
            <numerusform>%Ln get “%1”: %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln are blocked and cannot sign in any more</source>
        <translation>
            <numerusform>%Ln is blocked and cannot sign in any more</numerusform>
            <numerusform>%Ln are blocked and cannot sign in any more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln may sign in again</source>
        <translation>
            <numerusform>%Ln may sign in again</numerusform>
            <numerusform>%Ln may sign in again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Of %Ln cars %1.</source>
        <translation>
            <numerusform>Of %Ln car %1.</numerusform>
            <numerusform>Of %Ln cars %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::AccessPanel</name>
    <message numerus="yes">
        <source> and %Ln more</source>
        <translation>
            <numerusform> and %Ln more</numerusform>
            <numerusform> and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::Batch</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::CarColours</name>
    <message numerus="yes">
        <source>Hollow: not known. Known of %L1 of %Ln cars</source>
        <translation>
            <numerusform>Hollow: not known. Known of %L1 of %Ln car</numerusform>
            <numerusform>Hollow: not known. Known of %L1 of %Ln cars</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::CarPicker</name>
    <message numerus="yes">
        <source>%Ln cars; Delete takes the selected ones out.</source>
        <translation>
            <numerusform>%Ln car; Delete takes it out.</numerusform>
            <numerusform>%Ln cars; Delete takes the selected ones out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::CarsPage</name>
    <message numerus="yes">
        <source>%Ln cars</source>
        <translation>
            <numerusform>%Ln car</numerusform>
            <numerusform>%Ln cars</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%L1 of %Ln cars</source>
        <translation>
            <numerusform>%L1 of %Ln car</numerusform>
            <numerusform>%L1 of %Ln cars</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Searched and sorted by values that are known of %L1 of %Ln cars.</source>
        <translation>
            <numerusform>Searched and sorted by values that are known of %L1 of %Ln car.</numerusform>
            <numerusform>Searched and sorted by values that are known of %L1 of %Ln cars.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cars chosen</source>
        <translation>
            <numerusform>%Ln car chosen</numerusform>
            <numerusform>%Ln cars chosen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cars are in the clipboard.</source>
        <translation>
            <numerusform>%Ln car is in the clipboard.</numerusform>
            <numerusform>%Ln cars are in the clipboard.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Change %Ln cars</source>
        <translation>
            <numerusform>Change %Ln car</numerusform>
            <numerusform>Change %Ln cars</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::ChosenBar</name>
    <message numerus="yes">
        <source>%Ln cars chosen</source>
        <translation>
            <numerusform>%Ln car chosen</numerusform>
            <numerusform>%Ln cars chosen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::ChosenList</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::CommandForm</name>
    <message numerus="yes">
        <source>Stopped; %Ln cars were left out.</source>
        <translation>
            <numerusform>Stopped; %Ln car was left out.</numerusform>
            <numerusform>Stopped; %Ln cars were left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>On its way to %Ln cars. The table shows how far it has got.</source>
        <translation>
            <numerusform>On its way to %Ln car. The table shows how far it has got.</numerusform>
            <numerusform>On its way to %Ln cars. The table shows how far it has got.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It is on its way to %Ln cars.</source>
        <translation>
            <numerusform>It is on its way to %Ln car.</numerusform>
            <numerusform>It is on its way to %Ln cars.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::CommandsPage</name>
    <message numerus="yes">
        <source>the newest %Ln</source>
        <translation>
            <numerusform>the newest %Ln</numerusform>
            <numerusform>the newest %Ln</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::DecisionPanel</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::EditCarsForm</name>
    <message numerus="yes">
        <source>Change %Ln cars</source>
        <translation>
            <numerusform>Change %Ln car</numerusform>
            <numerusform>Change %Ln cars</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Stopped; %Ln cars were left as they are.</source>
        <translation>
            <numerusform>Stopped; %Ln car was left as it is.</numerusform>
            <numerusform>Stopped; %Ln cars were left as they are.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cars are as you wanted them.</source>
        <translation>
            <numerusform>%Ln car is as you wanted it.</numerusform>
            <numerusform>%Ln cars are as you wanted them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::GatewayPage</name>
    <message numerus="yes">
        <source>%Ln batches wait</source>
        <translation>
            <numerusform>%Ln batch waits</numerusform>
            <numerusform>%Ln batches wait</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cars registered</source>
        <translation>
            <numerusform>%Ln car registered</numerusform>
            <numerusform>%Ln cars registered</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::HoverCard</name>
    <message numerus="yes">
        <source>%Ln cars</source>
        <translation>
            <numerusform>%Ln car</numerusform>
            <numerusform>%Ln cars</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::MainWindow</name>
    <message numerus="yes">
        <source>%Ln chosen cars</source>
        <translation>
            <numerusform>%Ln chosen car</numerusform>
            <numerusform>%Ln chosen cars</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::MapSearch</name>
    <message numerus="yes">
        <source>and %Ln more: type on</source>
        <translation>
            <numerusform>and %Ln more: type on</numerusform>
            <numerusform>and %Ln more: type on</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::PermissionsPage</name>
    <message numerus="yes">
        <source>%Ln rules; the first that fits decides</source>
        <translation>
            <numerusform>%Ln rule; the first that fits decides</numerusform>
            <numerusform>%Ln rules; the first that fits decides</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::StatusLine</name>
    <message numerus="yes">
        <source>%Ln cars</source>
        <translation>
            <numerusform>%Ln car</numerusform>
            <numerusform>%Ln cars</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln driving</source>
        <translation>
            <numerusform>%Ln driving</numerusform>
            <numerusform>%Ln driving</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>carport::ui::TimeTrack</name>
    <message numerus="yes">
        <source>%Ln messages</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
</context>
</TS>
